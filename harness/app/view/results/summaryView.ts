import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { sentence } from "../../../../src/presentation/sentence.ts";
import { formatTable } from "../../../../src/presentation/table.ts";
import type { FitResult } from "../../../../src/statistics/result.ts";
import type { FinishedFit } from "../../state/appState.ts";

/** The summary that lavaan's users know, with what a statistician would warn of above it. */
export function summaryView({ result }: FinishedFit): TemplateResult {
  return html`${guard(
    [result],
    () => html`
      ${
        result.warnings.length > 0
          ? html`<ul class="warnings">
              ${result.warnings.map((warning) => html`<li class="caution">${sentence(warning)}</li>`)}
            </ul>`
          : nothing
      }
      <pre class="scroll" tabindex="0" role="region" aria-label="Summary as text">${summaryText(result)}</pre>
    `,
  )}`;
}

/** Warnings stand above the text, and residuals and modification indices have views of their own. */
function summaryText(result: FitResult): string {
  const { residuals: _residuals, modificationIndices: _indices, ...rest } = result;
  return formatTable({ ...rest, warnings: [] });
}
