import { html, nothing, type TemplateResult } from "lit-html";
import { formatCsv } from "../../../../src/presentation/csv.ts";
import { formatJson } from "../../../../src/presentation/json.ts";
import { formatTable } from "../../../../src/presentation/table.ts";
import { dataFileName } from "../../export/dataFileName.ts";
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
  const { data } = inputs;
  // A file of another encoding is the user's own, and the script reads it as it is.
  const saveData = (): void => download(dataFileName(data!.name), data!.text, "text/csv");
  return html`<ul class="exports">
      ${entry("Summary (.txt)", "The text of the Summary tab.", () => download("summary.txt", formatTable(result)))}
      ${entry("Result (.json)", "Everything, as the semnan command prints it.", () =>
        download("result.json", formatJson(result), "application/json"),
      )}
      ${entry("Parameters (.csv)", "The parameter table with all digits.", () =>
        download("parameters.csv", formatCsv(result), "text/csv"),
      )}
      ${entry("R script (.R)", "Repeats this analysis in lavaan.", () => download("analysis.R", rScript({ inputs, result })))}
      ${data!.encoding === undefined ? entry("Data", "What was fitted; the script reads cases from this file.", saveData) : nothing}
    </ul>
    <p class="soft">The diagram has buttons of its own for SVG and PNG.</p>`;
}
