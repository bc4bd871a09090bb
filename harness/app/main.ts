import { render } from "lit-html";
import "./styles/page.css";
import { openFiles } from "./actions/files.ts";
import { runFit } from "./actions/fit.ts";
import { checkInputs, setInputs } from "./actions/inputs.ts";
import { notify } from "./actions/notify.ts";
import { rememberChanges, restoreResults } from "./actions/remember.ts";
import { PlotFigure, preparePlots } from "./charts/plotFigure.ts";
import { PathDiagram } from "./diagram/pathDiagram.ts";
import { ModelEditor } from "./editor/modelEditor.ts";
import type { DataText, Inputs } from "./state/appState.ts";
import { store } from "./state/appStore.ts";
import { loadData, saveDraft } from "./state/drafts.ts";
import { fromFragment } from "./state/link.ts";
import { app } from "./view/app.ts";
import { engine } from "./worker/clients.ts";

customElements.define("model-editor", ModelEditor);
customElements.define("path-diagram", PathDiagram);
customElements.define("plot-figure", PlotFigure);

const root = document.getElementById("app")!;
let frame = 0;

/** Draws at most once a frame, however often the state changes. */
function draw(): void {
  frame = 0;
  const { state } = store;
  document.documentElement.dataset["theme"] = state.theme;
  render(app(state), root);
}

store.subscribe(() => {
  frame ||= requestAnimationFrame(draw);
});
root.replaceChildren();
draw();

addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  void openFiles([...(event.dataTransfer?.files ?? [])]);
});
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    void runFit();
  }
});

/** Shows what a link says in place of the last visit's model, which the editor's undo brings back. */
function openLinked(linked: Pick<Inputs, "model" | "settings">, data: DataText | undefined): void {
  const former = store.state.model;
  setInputs({ ...linked, data });
  saveDraft(store.state);
  if (former.trim() !== "" && former !== linked.model)
    notify("The model of the link is here. Undo in the editor brings yours back.");
}

async function start(): Promise<void> {
  const linked = await fromFragment(location.hash);
  const data = await loadData();
  if (linked) openLinked(linked, data);
  else {
    store.update({ data });
    checkInputs();
  }
  rememberChanges();
  await restoreResults();
  setTimeout(() => void preparePlots(), 300);
  store.update({ gpu: await engine.call("gpu", undefined as never) });
}

void start();

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  void navigator.serviceWorker.register("./offline.js").catch(() => undefined);
}
