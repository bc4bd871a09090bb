import { html, nothing, type TemplateResult } from "lit-html";
import type { MoveEvent, PathDiagram } from "../diagram/pathDiagram.ts";
import { diagramContent } from "../diagram/content.ts";
import type { DiagramValues } from "../../../src/presentation/diagram/modelDiagram.ts";
import { openExample } from "../actions/files.ts";
import { showGroup } from "../actions/inputs.ts";
import { EXAMPLES } from "../examples.ts";
import { download } from "../export/download.ts";
import { svgToPng } from "../export/png.ts";
import type { AppState } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { choice } from "./fields.ts";

const VALUES: readonly (readonly [DiagramValues, string])[] = [
  ["estimates", "estimates"],
  ["standardized", "standardised"],
  ["none", "no numbers"],
];
/** Pixels of a PNG for each unit of the drawing: sharp in print at the width of a column. */
const PNG_SCALE = 3;

/** The path diagram with its tools. */
export function diagramPanel(state: AppState): TemplateResult {
  return html`
    <section class="card picture" aria-labelledby="diagram-title">
      <header class="card-head">
        <h2 id="diagram-title">Diagram</h2>
        <span class="gap"></span>
        ${groupChoice(state)} ${choice("Numbers", state.values, VALUES, (values) => store.update({ values }))}
        ${tools(state)}
      </header>
      <path-diagram class="frame" .content=${diagramContent(state)} @move=${keepMove}></path-diagram>
      ${overlay(state)}
    </section>
  `;
}

function tools({ moved, orientation }: AppState): TemplateResult {
  const tool = (words: string, title: string, act: () => void, isIdle = false): TemplateResult =>
    html`<button type="button" title=${title} ?disabled=${isIdle} @click=${act}>${words}</button>`;
  return html`<div class="tools">
    <button type="button" aria-label="Zoom out" title="Zoom out" @click=${() => view()?.zoom(0.8)}>−</button>
    <button type="button" aria-label="Zoom in" title="Zoom in" @click=${() => view()?.zoom(1.25)}>+</button>
    ${tool("Whole", "Show the whole drawing", () => view()?.showAll())}
    ${tool("Tidy", "Put moved nodes back", putBack, moved[orientation].size === 0)}
    ${tool("SVG", "Save the drawing as SVG", saveSvg)}
    ${tool("PNG", "Save the drawing as PNG", () => void savePng())}
  </div>`;
}

/** What stands in the frame while there is no diagram of the model as it is. */
function overlay({ modelCheck }: AppState): unknown {
  if (modelCheck?.status === "empty") return welcome();
  if (modelCheck?.status !== "error") return nothing;
  return html`<p class="overlay soft">The last model that could be read.</p>`;
}

/** The first thing that a newcomer sees: what the page is for, and something to try. */
function welcome(): TemplateResult {
  return html`<div class="welcome">
    <p class="soft">The diagram follows the model as you write it. To look around, try an example:</p>
    <ul>
      ${EXAMPLES.map(
        ({ key, title, words }) =>
          html`<li>
            <button type="button" @click=${() => void openExample(key)}>
              <strong>${title}</strong>
              <span>${words}</span>
            </button>
          </li>`,
      )}
    </ul>
  </div>`;
}

function groupChoice({ modelCheck, shownGroup }: AppState): unknown {
  if (modelCheck?.status !== "ok" || modelCheck.groups.length < 2) return nothing;
  const options = modelCheck.groups.map((label, at) => [String(at + 1), label] as const);
  return choice("Group", String(shownGroup), options, (group) => showGroup(Number(group)));
}

function view(): PathDiagram | null {
  return document.querySelector<PathDiagram>("path-diagram");
}

function keepMove({ detail: { name, at } }: MoveEvent): void {
  store.update(({ moved, orientation }) => ({
    moved: { ...moved, [orientation]: new Map(moved[orientation]).set(name, at) },
  }));
}

function putBack(): void {
  store.update(({ moved, orientation }) => ({ moved: { ...moved, [orientation]: new Map() } }));
}

function saveSvg(): void {
  const text = view()?.svgText("Path diagram");
  if (text !== undefined) download("diagram.svg", text, "image/svg+xml");
}

async function savePng(): Promise<void> {
  const text = view()?.svgText("Path diagram");
  if (text !== undefined) download("diagram.png", await svgToPng(text, PNG_SCALE));
}
