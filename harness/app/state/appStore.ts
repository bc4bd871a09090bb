import { createAppStore } from "./appState.ts";
import { loadDraft, loadTheme } from "./drafts.ts";
import { readView, viewOf } from "./viewState.ts";

const { view: stored, ...inputs } = loadDraft();

/** The state of this page, starting from what the last visit left. */
export const store = createAppStore(inputs);
const { interventions, ...view } = readView(stored, viewOf(store.state));
store.update(({ whatIf }) => ({
  ...view,
  whatIf: { ...whatIf, settings: interventions },
  theme: loadTheme(),
}));
