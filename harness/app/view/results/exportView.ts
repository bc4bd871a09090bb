import { html, type TemplateResult } from "lit-html";
import { formatCsv } from "../../../../src/presentation/csv.ts";
import { formatJson } from "../../../../src/presentation/json.ts";
import { formatTable } from "../../../../src/presentation/table.ts";
import { download } from "../../export/download.ts";
import { rScript } from "../../export/rScript.ts";
import type { FinishedFit } from "../../state/appState.ts";

/** Ways to take a result along. */
export function exportView({ result, inputs }: FinishedFit): TemplateResult {
  const entry = (title: string, words: string, save: () => void): TemplateResult =>
    html`<li>
      <button type="button" @click=${save}>${title}</button>
      <span class="soft">${words}</span>
    </li>`;
  return html`<ul class="exports">
      ${entry("Summary (.txt)", "The text of the Summary tab.", () => download("summary.txt", formatTable(result)))}
      ${entry("Result (.json)", "Everything, as the semnan command prints it.", () =>
        download("result.json", formatJson(result), "application/json"),
      )}
      ${entry("Parameters (.csv)", "The parameter table with all digits.", () =>
        download("parameters.csv", formatCsv(result), "text/csv"),
      )}
      ${entry("R script (.R)", "Repeats this analysis in lavaan.", () => download("analysis.R", rScript({ inputs, result })))}
    </ul>
    <p class="soft">The diagram has buttons of its own for SVG and PNG.</p>`;
}
