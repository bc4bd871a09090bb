import { html, nothing, type TemplateResult } from "lit-html";
import type { StartsSummary } from "../../../../src/statistics/result.ts";
import { cancelStarts, runStarts, setStarts } from "../../actions/starts.ts";
import type { AppState, FinishedFit } from "../../state/appState.ts";
import { choice } from "../fields.ts";
import { failureView } from "../failureView.ts";
import { progressBar } from "../progressBar.ts";
import { runButton } from "../runButton.ts";
import { counted, formatSeconds } from "../words.ts";

const COUNTS = ["50", "200", "1000", "5000", "20000"].map(
  (count) => [count, Number(count).toLocaleString("en")] as const,
);

/** Whether the fit found the best minimum there is: fits from many random starts, grouped by where they end. */
export function startsView({ result }: FinishedFit, { starts }: AppState): TemplateResult {
  const { isRunning, progress, failure } = starts;
  return html`
    <p class="soft">
      The discrepancy may have several minima. Fits from random starting values show which there are, and
      whether the one above is the best of them.
    </p>
    <div class="fields wide">
      ${choice("Random starts", String(starts.starts), COUNTS, (count) => setStarts({ starts: Number(count) }))}
      <div class="field">
        ${runButton({ isRunning, start: ["Run starts", runStarts], stop: ["Cancel", cancelStarts] })}
      </div>
    </div>
    ${isRunning ? progressBar("Random starts", progress) : nothing} ${failureView(failure)}
    ${result.starts && !isRunning ? outcome(result.starts, result.identified) : nothing}
  `;
}

/** A discrepancy below this is a perfect fit: what is left is rounding. */
const ZERO = 1e-12;

/** More minima than this are told only by their number. */
const MOST_SHOWN = 20;

function outcome(
  { tried, converged, optima, seconds }: StartsSummary,
  isIdentified: boolean,
): TemplateResult {
  const words =
    optima.length === 1
      ? html`<p class="good">All of them lead to the same minimum.</p>`
      : html`<p class="caution">
          They lead to ${optima.length} different minima; the best one is shown everywhere.
        </p>`;
  return html`
    <p>
      ${converged.toLocaleString("en")} of ${counted(tried, "start")} converged, in ${formatSeconds(seconds)}.
    </p>
    ${converged > 0 ? words : nothing}
    ${
      isIdentified
        ? nothing
        : html`<p class="caution">The model is not identified: the minimum is reached at many estimates.</p>`
    }
    <table class="plain narrow">
      <thead>
        <tr>
          <th scope="col" class="text">Discrepancy</th>
          <th scope="col">Starts</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${optima.slice(0, MOST_SHOWN).map(
          ({ value, count }) =>
            html`<tr>
              <th scope="row">${Math.abs(value) < ZERO ? "0" : value.toPrecision(8)}</th>
              <td>${count.toLocaleString("en")}</td>
              <td class="bar-cell start">
                <span class="bar positive" .style=${`width: ${(100 * count) / converged}%`}></span>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${optima.length > MOST_SHOWN ? html`<p class="soft">And ${optima.length - MOST_SHOWN} more.</p>` : nothing}
  `;
}
