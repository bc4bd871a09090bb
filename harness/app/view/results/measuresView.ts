import { html, nothing, type TemplateResult } from "lit-html";
import { formatPlain, withMinus } from "../../../../src/presentation/numbers.ts";
import type { FinishedFit } from "../../state/appState.ts";
import { explainMeasures, type ExplainedMeasure } from "./explainMeasures.ts";

/** The usual fit measures, each with a sentence on what it says here. */
export function measuresView({ result }: FinishedFit): TemplateResult {
  const explained = explainMeasures(result.fitMeasures);
  const all = Object.entries(result.fitMeasures).filter(([, value]) => Number.isFinite(value));
  return html`
    <dl class="measures">${explained.map(measure)}</dl>
    <details>
      <summary>All ${all.length} measures by lavaan's names</summary>
      <table class="plain narrow">
        <tbody>
          ${all.map(
            ([key, value]) =>
              html`<tr>
                <th scope="row">${key}</th>
                <td>${withMinus(Number.isInteger(value) ? String(value) : formatPlain(value, 4))}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>
  `;
}

function measure({ title, value, verdict, words }: ExplainedMeasure): TemplateResult {
  return html`<div class="measure">
    <dt>
      ${title} ${verdict === "none" ? nothing : html`<span class="verdict-word ${verdict}">${verdict}</span>`}
    </dt>
    <dd class="number">${value}</dd>
    <dd>${words}</dd>
  </div>`;
}
