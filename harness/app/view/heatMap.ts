import { html, nothing, type TemplateResult } from "lit-html";
import { firstOf } from "./firstOf.ts";

export interface HeatMapOptions {
  /** What the table shows, for screen readers. */
  readonly caption: string;
  /** The value at which the colour is strongest. */
  readonly strongest: number;
  readonly digits: number;
}

/** Nobody reads a larger map, and a page would take seconds to draw it. */
const MOST_NAMES = 60;

/** Per cent of the colour in the strongest cell. */
const MOST_COLOUR = 55;

/**
 * The lower triangle of a symmetric matrix as a table whose cells are coloured: blue above zero, orange below. Of very many
 * variables the first are shown.
 */
export function heatMap(
  all: readonly string[],
  matrix: readonly (readonly number[])[],
  { caption, strongest, digits }: HeatMapOptions,
): TemplateResult {
  const names = all.slice(0, MOST_NAMES);
  return html`${all.length > names.length ? firstOf(names.length, all.length, "variables") : nothing}
    <div class="scroll" tabindex="0" role="region" aria-label=${caption}>
      <table class="heat">
        <caption class="hidden">
          ${caption}
        </caption>
        <thead>
          <tr>
            <td></td>
            ${names.map((name) => html`<th scope="col" title=${name}><span>${name}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${names.map(
            (name, i) =>
              html`<tr>
                <th scope="row" title=${name}><span>${name}</span></th>
                ${names.map((_, j) => (j > i ? html`<td class="blank"></td>` : cell(matrix[i]![j]!, strongest, digits)))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function cell(value: number, strongest: number, digits: number): TemplateResult {
  if (Number.isNaN(value)) return html`<td class="blank">–</td>`;
  const strength = Math.min(1, Math.abs(value) / strongest);
  // Mixed in the style sheet, so that the scale runs from the surface of either theme; never so strong that the number
  // on it could not be read.
  const mix = `--strength: ${Math.round(strength * MOST_COLOUR)}%`;
  const rounded = value.toFixed(digits);
  const shown = Number(rounded) === 0 ? rounded.replace("-", "") : rounded.replace("-", "−");
  return html`<td class=${value < 0 ? "negative" : "positive"} .style=${mix}>${shown}</td>`;
}
