import { createStore, del, get, set } from "idb-keyval";
import type { AppState, BootstrapState, DataText, Inputs } from "./appState.ts";
import { readSettings } from "./settings.ts";
import type { StoredResults } from "./storedResults.ts";
import { plainView, viewOf } from "./viewState.ts";

/** What is small must be there before the first paint; data and results can be large and come a little later. */
const TEXT_KEY = "semnan.draft";
const THEME_KEY = "semnan.theme";
const DATA_KEY = "data";
const RESULTS_KEY = "results";
const REPLICATES_KEY = "replicates";

const database = createStore("semnan", "drafts");

/** What the last visit left: model, settings, and how things were looked at (for `readView`). */
export interface Draft extends Partial<Pick<Inputs, "model" | "settings">> {
  readonly view?: unknown;
}

/** The last visit's draft. A browser that forbids storage has none. */
export function loadDraft(): Draft {
  try {
    const stored = JSON.parse(localStorage.getItem(TEXT_KEY) ?? "null") as Record<string, unknown> | null;
    if (typeof stored?.["model"] !== "string") return {};
    const { model, settings, view } = stored;
    return { model, settings: readSettings(settings), view };
  } catch {
    return {};
  }
}

export function saveDraft(state: AppState): void {
  const { model, settings } = state;
  try {
    localStorage.setItem(TEXT_KEY, JSON.stringify({ model, settings, view: plainView(viewOf(state)) }));
  } catch {
    // Storage is full or forbidden: the page works all the same, it only forgets.
  }
}

/** The data of the last visit. */
export async function loadData(): Promise<DataText | undefined> {
  return get<DataText>(DATA_KEY, database).catch(() => undefined);
}

export async function saveData(data: DataText | undefined): Promise<void> {
  await (data ? set(DATA_KEY, data, database) : del(DATA_KEY, database)).catch(() => undefined);
}

/** The results of the last visit, whatever their form: `unpackResults` knows whether they can be used. */
export async function loadResults(): Promise<unknown> {
  return get<unknown>(RESULTS_KEY, database).catch(() => undefined);
}

export async function saveResults(results: StoredResults): Promise<void> {
  await set(RESULTS_KEY, results, database).catch(() => undefined);
}

/** Replicates are large beside the results that they belong to, which change more often. */
export type StoredReplicates = Pick<BootstrapState, "of" | "values">;

export async function loadReplicates(): Promise<StoredReplicates | undefined> {
  return get<StoredReplicates>(REPLICATES_KEY, database).catch(() => undefined);
}

export async function saveReplicates({ of, values }: StoredReplicates): Promise<void> {
  const saved = values ? set(REPLICATES_KEY, { of, values }, database) : del(REPLICATES_KEY, database);
  await saved.catch(() => undefined);
}

export type Theme = "system" | "light" | "dark";

export function loadTheme(): Theme {
  try {
    const stored = localStorage.getItem(THEME_KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

export function saveTheme(theme: Theme): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // As above.
  }
}
