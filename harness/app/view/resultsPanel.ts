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

/** Some views need a fit, and say what they will show until then; others need only a model. */
type ResultTab = Tab<string> &
  (
    | { readonly view: (finished: FinishedFit, state: AppState) => TemplateResult; readonly promise: string }
    | { readonly early: (state: AppState) => TemplateResult }
  );

const TABS: readonly ResultTab[] = [
  {
    key: "summary",
    label: "Summary",
    view: summaryView,
    promise: "All estimates and tests as one text, in the form that lavaan's users know.",
  },
  {
    key: "parameters",
    label: "Parameters",
    view: parameterView,
    promise: "Every estimate with its standard error and interval, in a table to sort.",
  },
  {
    key: "measures",
    label: "Fit measures",
    view: measuresView,
    promise: "How well the model fits the data, in plain words.",
  },
  {
    key: "residuals",
    label: "Residuals",
    view: residualView,
    promise: "Which correlations the model leaves unexplained.",
  },
  {
    key: "modification",
    label: "Modification",
    view: modificationView,
    promise: "Which further lines the data would rather have in the model.",
  },
  {
    key: "resampling",
    label: "Bootstrap",
    view: resamplingView,
    promise: "How far the estimates scatter when the data are drawn again.",
  },
  {
    key: "starts",
    label: "Starts",
    view: startsView,
    promise: "Whether the fit is the best there is, or other starting values lead elsewhere.",
  },
  { key: "identify", label: "Identifiability", early: identifyView },
  {
    key: "effects",
    label: "What if",
    view: (_finished, state) => effectsView(state),
    promise: "What would happen to the other variables if one were set from outside.",
  },
  {
    key: "compare",
    label: "Compare",
    view: compareView,
    promise: "Two fits side by side, with the test of their difference.",
  },
  {
    key: "export",
    label: "Export",
    view: exportView,
    promise: "The results as files, and an R script that repeats the analysis in lavaan.",
  },
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
  if (!state.finished) {
    return html`<div class="empty">
      <p>${tab.promise}</p>
      <p class="soft">Fit the model to see it.</p>
    </div>`;
  }
  return tab.view(state.finished, state);
}
