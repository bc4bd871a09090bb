import { html, type TemplateResult } from "lit-html";
import { openExample, openFiles, saveProject, shareLink } from "../actions/files.ts";
import { EXAMPLES } from "../examples.ts";
import type { AppState } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { saveTheme, type Theme } from "../state/drafts.ts";

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const THEME_WORDS: Readonly<Record<Theme, string>> = { system: "Auto", light: "Light", dark: "Dark" };
const THEME_TITLES: Readonly<Record<Theme, string>> = {
  system: "as the system has them",
  light: "light",
  dark: "dark",
};

/** The name of the page, ways in and out, and what it computes with. */
export function header(state: AppState): TemplateResult {
  return html`<header class="top">
    <h1>semnan</h1>
    <p class="tagline">Structural equation and causal models, fitted here in your browser</p>
    <span class="gap"></span>
    ${engineBadge(state)}
    <nav class="tools" aria-label="Project">
      <label class="field inline">
        <span class="hidden">Examples</span>
        <select @change=${chooseExample}>
          <option value="">Examples…</option>
          ${EXAMPLES.map(({ key, title }) => html`<option value=${key}>${title}</option>`)}
        </select>
      </label>
      <label class="button" title="Open a model, data, or a project">
        Open<input class="hidden" type="file" multiple @change=${open} />
      </label>
      <button type="button" title="Save model, data and options as a project" @click=${saveProject}>
        Save
      </button>
      <button
        type="button"
        title="Copy a link to the model, without the data"
        @click=${() => void shareLink()}
      >
        Link
      </button>
      <button
        type="button"
        class="theme"
        title="Colours: ${THEME_TITLES[state.theme]}"
        aria-label="Theme: ${THEME_WORDS[state.theme]}"
        @click=${changeTheme}
      >
        <span aria-hidden="true">◐ </span>${THEME_WORDS[state.theme]}
      </button>
    </nav>
  </header>`;
}

function engineBadge({ gpu }: AppState): TemplateResult {
  if (!gpu) return html`<span class="badge waiting">looking for a GPU…</span>`;
  if (!gpu.available) {
    return html`<span class="badge" title=${gpu.adapter}>CPU, float64 · all works, without WebGPU</span>`;
  }
  const words = `WebGPU · ${gpu.adapter}${gpu.hardware ? "" : " (software)"}`;
  return html`<span class="badge on" title=${words}>${words}</span>`;
}

function chooseExample(event: Event): void {
  const select = event.target as HTMLSelectElement;
  void openExample(select.value);
  select.value = "";
}

function open(event: Event): void {
  const input = event.target as HTMLInputElement;
  void openFiles([...(input.files ?? [])]);
  input.value = "";
}

function changeTheme(): void {
  const theme = NEXT_THEME[store.state.theme];
  store.update({ theme });
  saveTheme(theme);
}
