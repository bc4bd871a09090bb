import { html, nothing, type TemplateResult } from "lit-html";
import { styleMap } from "lit-html/directives/style-map.js";

export interface HeatMapOptions {
  /** What the table shows, for screen readers. */
  readonly caption: string;
  /** The value at which the colour is strongest. */
  readonly strongest: number;
  readonly digits: number;
}

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
          ${names.map((name) => html`<th scope="col"><span>${name}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${names.map(
          (name, i) =>
            html`<tr>
              <th scope="row">${name}</th>
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
  // Mixed in the style sheet, so that the scale runs from the surface of either theme.
  const mix = styleMap({ "--strength": `${Math.round(strength * 100)}%` });
  const className = `${value < 0 ? "negative" : "positive"}${strength > 0.6 ? " strong" : ""}`;
  return html`<td class=${className} style=${mix}>${value === 0 ? nothing : value.toFixed(digits)}</td>`;
}
