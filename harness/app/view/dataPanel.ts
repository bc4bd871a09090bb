import { html, nothing, type TemplateResult } from "lit-html";
import { openFiles } from "../actions/files.ts";
import { setData } from "../actions/inputs.ts";
import type { AppState, DataTab } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { formatNumber, withMinus } from "../../../src/presentation/numbers.ts";
import type { ColumnSummary, DataDescription } from "../worker/describeData.ts";
import { failureView } from "./failureView.ts";
import { tabPanel, tabs } from "./fields.ts";
import { firstOf } from "./firstOf.ts";
import { heatMap } from "./heatMap.ts";
import { counted } from "./words.ts";

const TABS: readonly { key: DataTab; label: string }[] = [
  { key: "table", label: "Table" },
  { key: "variables", label: "Variables" },
  { key: "correlations", label: "Correlations" },
];

/** As many as are drawn without a halt. */
const MOST_VARIABLES = 300;

/** Where data come in, and what is in them. */
export function dataPanel(state: AppState): TemplateResult {
  return html`
    <section class="card data" aria-labelledby="data-title">
      <header class="card-head">
        <h2 id="data-title">Data</h2>
        ${state.data ? html`<span class="chip">${state.data.name}</span>` : nothing}
        <span class="gap"></span>
        ${state.data ? filled() : nothing}
      </header>
      ${state.data ? content(state) : inlets()}
    </section>
  `;
}

function filled(): TemplateResult {
  return html`<label class="button small">
      Replace<input class="hidden" type="file" accept=".csv,.tsv,.txt,.json" @change=${pick} />
    </label>
    <button type="button" class="small" @click=${() => setData(undefined)}>Remove</button>`;
}

function inlets(): TemplateResult {
  return html`<div class="inlets">
    <label class="drop">
      <input class="hidden" type="file" multiple @change=${pick} />
      <strong>Choose a file</strong>
      <span>or drop one anywhere on this page: CSV, or a covariance matrix (CSV, JSON)</span>
    </label>
    <textarea
      rows="3"
      aria-label="Paste data"
      placeholder="… or paste a table here, names in the first row"
      @input=${paste}
    ></textarea>
    <p class="soft small">Your data never leave this page.</p>
  </div>`;
}

function pick(event: Event): void {
  const input = event.target as HTMLInputElement;
  void openFiles([...(input.files ?? [])]);
  input.value = "";
}

function paste(event: Event): void {
  const text = (event.target as HTMLTextAreaElement).value;
  // One line is not a table yet: somebody is typing.
  if (/\S\n.*\S/s.test(text) || text.trimStart().startsWith("{")) setData({ name: "pasted data", text });
}

function content({ dataCheck, dataTab }: AppState): TemplateResult {
  if (!dataCheck) return html`<p class="soft pad" role="status">Reading…</p>`;
  if (dataCheck.status === "error") {
    return html`<div class="pad">${failureView(dataCheck.error)}</div>`;
  }
  const { description } = dataCheck;
  return html`
    <p class="facts">${facts(description)}</p>
    ${tabs("data", TABS, dataTab, (key) => store.update({ dataTab: key }))}
    ${tabPanel("data", dataTab, tabContent(description, dataTab))}
  `;
}

function facts({ kind, rows, names, columns }: DataDescription): string {
  const missing = columns.reduce((sum, column) => sum + column.missing, 0);
  if (kind === "matrix")
    return `Covariance matrix of ${counted(names.length, "variable")}${rows > 0 ? `, n = ${rows.toLocaleString("en")}` : ""}`;
  const gaps = missing === 0 ? "no missing values" : counted(missing, "missing value");
  return `${counted(rows, "row")}, ${counted(names.length, "column")}, ${gaps}`;
}

function tabContent(description: DataDescription, tab: DataTab): TemplateResult {
  if (tab === "table") return previewTable(description);
  if (tab === "variables") return variablesTable(description);
  const { kind, columns, correlations } = description;
  const { names, matrix } = correlations;
  if (names.length < 2) return html`<p class="soft pad">There are not two numeric columns to correlate.</p>`;
  const numeric = columns.filter((column) => column.kind === "number" && column.deviation > 0).length;
  return html`${kind === "cases" && numeric > names.length ? firstOf(names.length, numeric, "numeric columns") : nothing}
  ${heatMap(names, matrix, { caption: "Correlations", strongest: 1, digits: 2 })}`;
}

function previewTable({ names, columns, preview, rows, kind }: DataDescription): TemplateResult {
  const width = preview[0]?.length ?? 0;
  const isMatrix = kind === "matrix";
  const isText = columns.map((column) => !isMatrix && column.kind !== "number");
  return html`<div class="scroll" tabindex="0" role="region" aria-label="First rows of the data">
      <table class="plain">
        <thead>
          <tr>
            <td></td>
            ${names
              .slice(0, width)
              .map((name, at) => html`<th scope="col" class=${isText[at] ? "text" : ""}>${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${preview.map(
            (row, at) =>
              html`<tr>
                <th scope="row" class=${isMatrix ? "" : "count"}>${isMatrix ? names[at] : at + 1}</th>
                ${row.map((cell, column) => previewCell(cell, isText[column] ?? false))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${kind === "cases" && rows > preview.length ? firstOf(preview.length, rows, "rows") : nothing}
    ${names.length > width ? firstOf(width, names.length, "columns") : nothing}`;
}

function previewCell(cell: string, isText: boolean): TemplateResult {
  const text = cell.trim();
  if (text === "" || text === "NA") return html`<td class="missing ${isText ? "text" : ""}">NA</td>`;
  if (isText) return html`<td class="text">${text}</td>`;
  // Sixteen digits of a preview help nobody.
  const isLong = text.length > 8 && !Number.isNaN(Number(text));
  return html`<td>${withMinus(isLong ? String(Number(Number(text).toPrecision(5))) : text)}</td>`;
}

/** What is known of a variable, by the head of its column. */
const FACTS: readonly (readonly [string, (column: ColumnSummary) => number])[] = [
  ["Mean", ({ mean }) => mean],
  ["SD", ({ deviation }) => deviation],
  ["Min", ({ smallest }) => smallest],
  ["Max", ({ largest }) => largest],
];

/** Each variable with its moments; a matrix knows of the deviations only. */
function variablesTable({ columns, kind }: DataDescription): TemplateResult {
  const isMatrix = kind === "matrix";
  const shown = FACTS.filter(([, fact]) => columns.some((column) => !Number.isNaN(fact(column))));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Variables">
    <table class="plain">
      <thead>
        <tr>
          <th scope="col" class="text">Name</th>
          ${
            isMatrix
              ? nothing
              : html`<th scope="col" class="text">Type</th>
                  <th scope="col">Missing</th>`
          }
          ${shown.map(([head]) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${columns.slice(0, MOST_VARIABLES).map(
          (column) =>
            html`<tr>
              <th scope="row">${column.name}</th>
              ${
                isMatrix
                  ? nothing
                  : html`<td class="text">${column.kind}</td>
                      <td class=${column.missing > 0 ? "missing" : ""}>${column.missing}</td>`
              }
              ${shown.map(([, fact]) => html`<td>${withMinus(formatNumber(fact(column), 2))}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
    ${columns.length > MOST_VARIABLES ? firstOf(MOST_VARIABLES, columns.length, "columns") : nothing}
  </div>`;
}
