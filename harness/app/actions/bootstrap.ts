import { toFailure } from "../../../src/embed/rpc/failure.ts";
import type { BootstrapSettings } from "../../../src/embed/bootstrapTask.ts";
import type { AppState } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { analysisOf } from "../state/settings.ts";
import { engine } from "../worker/clients.ts";
import { counted } from "../view/words.ts";
import { notify } from "./notify.ts";

let stop: AbortController | undefined;

export function setBootstrap(change: Partial<BootstrapSettings>): void {
  store.update(({ bootstrap }) => ({
    bootstrap: { ...bootstrap, settings: { ...bootstrap.settings, ...change } },
  }));
}

/** Which parameter's histogram is shown, by its row. */
export function chooseRow(row: number): void {
  store.update(({ bootstrap }) => ({ bootstrap: { ...bootstrap, row } }));
}

/** Bootstraps the finished fit and adds what it tells to the result. */
export async function runBootstrap(): Promise<void> {
  const { finished, bootstrap } = store.state;
  if (!finished?.inputs.data || bootstrap.isRunning) return;
  const { inputs, result: fitted } = finished;
  const begun = { ...bootstrap, isRunning: true, progress: undefined, failure: undefined };
  store.update({ bootstrap: begun });
  stop = new AbortController();
  try {
    const analysis = analysisOf(inputs.model, inputs.data!.text, inputs.settings);
    const input = { analysis, fitted, settings: possibleSettings(store.state) };
    const { result, values } = await engine.call("bootstrap", input, {
      stop: stop.signal,
      onProgress: (progress) => store.update((state) => ({ bootstrap: { ...state.bootstrap, progress } })),
    });
    store.update((state) => ({
      bootstrap: { ...state.bootstrap, isRunning: false, values, of: result },
      // Another fit may have taken its place meanwhile.
      ...(state.finished?.result === fitted && { finished: { ...state.finished, result } }),
    }));
    notify(`${counted(result.bootstrap?.replicates ?? 0, "replicate")} done.`);
  } catch (error) {
    const failure = toFailure(error);
    store.update((state) => ({ bootstrap: { ...state.bootstrap, isRunning: false, failure } }));
  }
}

/** The settings with a kind that the data allow: a covariance matrix has no cases to draw. */
export function possibleSettings({ bootstrap: { settings }, dataCheck }: AppState): BootstrapSettings {
  const isMatrix = dataCheck?.status === "ok" && dataCheck.description.kind === "matrix";
  return isMatrix ? { ...settings, kind: "parametric" } : settings;
}

/** Ends the run; what is done by then is kept. */
export function stopBootstrap(): void {
  stop?.abort();
}
