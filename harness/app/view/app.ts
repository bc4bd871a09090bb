import { html, type TemplateResult } from "lit-html";
import type { AppState } from "../state/appState.ts";
import { dataPanel } from "./dataPanel.ts";
import { diagramPanel } from "./diagramPanel.ts";
import { header } from "./header.ts";
import { modelPanel } from "./modelPanel.ts";
import { resultsPanel } from "./resultsPanel.ts";
import { runBar } from "./runBar.ts";

/** The whole page. */
export function app(state: AppState): TemplateResult {
  return html`
    ${header(state)}
    <main class="columns">
      <div class="column inputs">${modelPanel(state)} ${dataPanel(state)}</div>
      <div class="column outputs">${runBar(state)} ${diagramPanel(state)} ${resultsPanel(state)}</div>
    </main>
    <div class="notice" role="status" aria-live="polite">${state.notice}</div>
  `;
}
