import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { formatTable } from "../../../../src/presentation/table.ts";
import type { FinishedFit } from "../../state/appState.ts";

/** The summary that lavaan's users know, with what a statistician would warn of above it. */
export function summaryView({ result }: FinishedFit): TemplateResult {
  return html`${guard(
    [result],
    () => html`
      ${
        result.warnings.length > 0
          ? html`<ul class="warnings">
              ${result.warnings.map((warning) => html`<li class="caution">${warning}</li>`)}
            </ul>`
          : nothing
      }
      <pre class="scroll" tabindex="0" role="region" aria-label="Summary as text">
${formatTable({ ...result, warnings: [] })}</pre>
    `,
  )}`;
}
