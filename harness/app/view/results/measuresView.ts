import { html, type TemplateResult } from "lit-html";
import { formatPlain } from "../../../../src/presentation/numbers.ts";
import type { FinishedFit } from "../../state/appState.ts";
import { explainMeasures, type ExplainedMeasure } from "./explainMeasures.ts";

/** The usual fit measures, each with a sentence on what it says here. */
export function measuresView({ result }: FinishedFit): TemplateResult {
  const explained = explainMeasures(result.fitMeasures);
  const known = new Set(explained.flatMap(({ keys }) => keys));
  const others = Object.entries(result.fitMeasures).filter(
    ([key, value]) => !known.has(key) && Number.isFinite(value),
  );
  return html`
    <dl class="measures">${explained.map(measure)}</dl>
    <details>
      <summary>All ${Object.keys(result.fitMeasures).length} measures by lavaan's names</summary>
      <table class="plain">
        <tbody>
          ${others.map(
            ([key, value]) =>
              html`<tr>
                <th scope="row">${key}</th>
                <td>${Number.isInteger(value) ? value : formatPlain(value, 4)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>
  `;
}

function measure({ title, value, verdict, words }: ExplainedMeasure): TemplateResult {
  return html`<div class="measure">
    <dt>${title}</dt>
    <dd class="number">${value} <span class="verdict-word ${verdict}">${VERDICTS[verdict]}</span></dd>
    <dd>${words}</dd>
  </div>`;
}

const VERDICTS = { good: "good", fair: "fair", poor: "poor", none: "" } as const;
