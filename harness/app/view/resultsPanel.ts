import { html, nothing, type TemplateResult } from "lit-html";
import { discardFit } from "../actions/fit.ts";
import { isCurrent, type AppState, type FinishedFit } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { tabPanel, tabs, type Tab } from "./fields.ts";
import { compareView } from "./results/compareView.ts";
import { effectsView } from "./results/effectsView.ts";
import { exportView } from "./results/exportView.ts";
import { identifyView } from "./results/identifyView.ts";
import { measuresView } from "./results/measuresView.ts";
import { modificationView } from "./results/modificationView.ts";
import { parameterView } from "./results/parameterView.ts";
import { resamplingView } from "./results/resamplingView.ts";
import { residualView } from "./results/residualView.ts";
import { startsView } from "./results/startsView.ts";
import { summaryView } from "./results/summaryView.ts";

/** Some views need a fit, others only a model. */
type ResultTab = Tab<string> &
  (
    | { readonly view: (finished: FinishedFit, state: AppState) => TemplateResult }
    | { readonly early: (state: AppState) => TemplateResult }
  );

const TABS: readonly ResultTab[] = [
  { key: "summary", label: "Summary", view: summaryView },
  { key: "parameters", label: "Parameters", view: parameterView },
  { key: "measures", label: "Fit", view: measuresView },
  { key: "residuals", label: "Residuals", view: residualView },
  { key: "modification", label: "Modification", view: modificationView },
  { key: "resampling", label: "Bootstrap", view: resamplingView },
  { key: "starts", label: "Starts", view: startsView },
  { key: "identify", label: "Identifiability", early: identifyView },
  { key: "effects", label: "What if", view: (_finished, state) => effectsView(state) },
  { key: "compare", label: "Compare", view: compareView },
  { key: "export", label: "Export", view: exportView },
];

/** What came of a fit, one view at a time. */
export function resultsPanel(state: AppState): TemplateResult {
  const { finished, resultTab } = state;
  const tab = TABS.find(({ key }) => key === resultTab) ?? TABS[0]!;
  return html`
    <section class="card results" aria-labelledby="results-title">
      <header class="card-head">
        <h2 id="results-title">Results</h2>
        ${
          finished && !isCurrent(state)
            ? html`<span class="chip stale">of an earlier version; fit again to update</span>`
            : nothing
        }
        <span class="gap"></span>
        ${
          finished
            ? html`<button type="button" class="small" aria-label="Discard the fit" @click=${discardFit}>
                Discard
              </button>`
            : nothing
        }
      </header>
      ${tabs("results", TABS, tab.key, (key) => store.update({ resultTab: key }))}
      ${tabPanel("results", tab.key, content(tab, state))}
    </section>
  `;
}

function content(tab: ResultTab, state: AppState): TemplateResult {
  if ("early" in tab) return tab.early(state);
  if (!state.finished) return html`<p class="soft empty">This appears after a fit.</p>`;
  return tab.view(state.finished, state);
}
