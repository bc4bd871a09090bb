import { createStore, del, get, set } from "idb-keyval";
import type { DataText, Inputs } from "./appState.ts";
import { readSettings } from "./settings.ts";

/** Model and settings are small and must be there before the first paint; data can be large and comes a little later. */
const TEXT_KEY = "semnan.draft";
const THEME_KEY = "semnan.theme";
const DATA_KEY = "data";

const database = createStore("semnan", "drafts");

/** The model and the settings of the last visit. A browser that forbids storage has none. */
export function loadDraft(): Partial<Pick<Inputs, "model" | "settings">> {
  try {
    const stored = JSON.parse(localStorage.getItem(TEXT_KEY) ?? "null") as Record<string, unknown> | null;
    if (typeof stored?.["model"] !== "string") return {};
    return { model: stored["model"], settings: readSettings(stored["settings"]) };
  } catch {
    return {};
  }
}

export function saveDraft({ model, settings }: Pick<Inputs, "model" | "settings">): void {
  try {
    localStorage.setItem(TEXT_KEY, JSON.stringify({ model, settings }));
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
