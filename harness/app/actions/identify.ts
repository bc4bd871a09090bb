import { toFailure } from "../../../src/embed/rpc/failure.ts";
import { store } from "../state/appStore.ts";
import { modelSettings } from "../state/settings.ts";
import { engine } from "../worker/clients.ts";
import { notify } from "./notify.ts";

let controller: AbortController | undefined;

/** Finds out what of the model on the page is identified, and colours the diagram by it. */
export async function runIdentification(): Promise<void> {
  const { model, settings, dataCheck, identification } = store.state;
  if (identification?.isRunning) return;
  const groups = dataCheck?.status === "ok" ? dataCheck.description.groups : [""];
  const begun = { model, settings, answer: undefined, failure: undefined };
  controller = new AbortController();
  store.update({ identification: { ...begun, isRunning: true } });
  try {
    const input = { text: model, settings: modelSettings(settings), groups };
    const answer = await engine.call("identifyModel", input, { signal: controller.signal });
    store.update({ identification: { ...begun, isRunning: false, answer }, coloursEdges: true });
    notify("Identifiability is known; the diagram shows it in colours.");
  } catch (error) {
    const failure = controller.signal.aborted ? undefined : toFailure(error);
    store.update({ identification: failure && { ...begun, isRunning: false, failure } });
  }
}

export function cancelIdentification(): void {
  controller?.abort();
}
