import { createAppStore } from "./appState.ts";
import { loadDraft, loadTheme } from "./drafts.ts";

/** The state of this page, starting from what the last visit left. */
export const store = createAppStore({ ...loadDraft() });
store.update({ theme: loadTheme() });
