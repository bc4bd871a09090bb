import { html, nothing, type TemplateResult } from "lit-html";
import { withMinus } from "../../../../src/presentation/numbers.ts";
import { store } from "../../state/appStore.ts";
import { sorted, type Sorting } from "./sorting.ts";

/** A column of a sortable table. `text` is what is shown, `value` what it is sorted by. */
export interface Column<Row> {
  readonly head: string;
  /** In words, where the head is a symbol. */
  readonly title?: string;
  readonly value: (row: Row) => number | string;
  readonly text?: (row: Row) => string;
}

const sortings = new Map<string, Sorting>();

/** A table whose heads are buttons: once sorts up, twice down, three times as it was. */
export function sortableTable<Row>(
  name: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): TemplateResult {
  const sorting = sortings.get(name);
  const shown = sorted(rows, (row, column) => columns[column]!.value(row), sorting);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${name}>
    <table class="plain sortable">
      <thead>
        <tr>
          ${columns.map((column, at) => headCell(name, column, at, sorting, isText(column, rows)))}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (row) =>
            html`<tr>
              ${columns.map((column, at) => bodyCell(column, row, at === 0))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function headCell<Row>(
  name: string,
  { head, title }: Column<Row>,
  at: number,
  sorting: Sorting | undefined,
  alignsLeft: boolean,
): TemplateResult {
  const isSorted = sorting?.column === at;
  const direction = isSorted ? (sorting.descending ? "descending" : "ascending") : "none";
  const arrow = isSorted ? (sorting.descending ? " ↓" : " ↑") : "";
  return html`<th scope="col" class=${alignsLeft ? "text" : ""} aria-sort=${direction}>
    <button type="button" title=${title ?? nothing} @click=${() => sortBy(name, at)}>${head}${arrow}</button>
  </th>`;
}

function isText<Row>({ value }: Column<Row>, rows: readonly Row[]): boolean {
  return rows.length > 0 && typeof value(rows[0]!) === "string";
}

/** The first column names the row. */
function bodyCell<Row>({ value, text }: Column<Row>, row: Row, isHead: boolean): TemplateResult {
  const raw = value(row);
  const words = text ? text(row) : String(raw);
  const shown = typeof raw === "string" ? words : withMinus(words);
  if (isHead) return html`<th scope="row">${shown}</th>`;
  return html`<td class=${typeof raw === "string" ? "text" : ""}>${shown}</td>`;
}

function sortBy(name: string, column: number): void {
  const current = sortings.get(name);
  if (current?.column !== column) sortings.set(name, { column, descending: false });
  else if (!current.descending) sortings.set(name, { column, descending: true });
  else sortings.delete(name);
  // The order is nobody else's business, so it is kept here; the page only has to draw again.
  store.update({});
}
