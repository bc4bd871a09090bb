import { html, type TemplateResult } from "lit-html";

export interface HeatMapOptions {
  /** What the table shows, for screen readers. */
  readonly caption: string;
  /** The value at which the colour is strongest. */
  readonly strongest: number;
  readonly digits: number;
}

/** Per cent of the colour in the strongest cell. */
const MOST_COLOUR = 55;

/** The lower triangle of a symmetric matrix as a table whose cells are coloured: blue above zero, orange below. */
export function heatMap(
  names: readonly string[],
  matrix: readonly (readonly number[])[],
  { caption, strongest, digits }: HeatMapOptions,
): TemplateResult {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
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
