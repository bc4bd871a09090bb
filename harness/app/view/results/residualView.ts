import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { FinishedFit } from "../../state/appState.ts";
import { heatMap } from "../heatMap.ts";

/** What the model leaves unexplained: differences of correlations, and how surprising each is. */
export function residualView({ result }: FinishedFit): TemplateResult {
  const { residuals, groups } = result;
  if (!residuals) return html`<p class="soft">This estimator gives no residuals.</p>`;
  return html`${guard([result], () =>
    residuals.map(
      ({ names, correlation, standardized }, group) => html`
        ${groups ? html`<h3>${groups[group]}</h3>` : nothing}
        <div class="maps">
          <div>
            <h3>Observed minus implied correlations</h3>
            <p class="soft">Blue: the data are more related than the model says; orange: less.</p>
            ${heatMap(names, correlation.covariance, { caption: "Residual correlations", strongest: 0.2, digits: 2 })}
          </div>
          <div>
            <h3>Standardised residuals</h3>
            <p class="soft">As z values: beyond ±2 a pair of variables deserves a look.</p>
            ${heatMap(names, standardized.covariance, { caption: "Standardised residuals", strongest: 4, digits: 1 })}
          </div>
        </div>
      `,
    ),
  )}`;
}
