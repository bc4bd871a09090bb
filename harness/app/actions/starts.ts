import { toFailure } from "../../../src/embed/rpc/failure.ts";
import type { StartsState } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { analysisOf } from "../state/settings.ts";
import { engine } from "../worker/clients.ts";
import { notify } from "./notify.ts";
import { computeShifts } from "./whatIf.ts";

let controller: AbortController | undefined;

export function setStarts(change: Partial<StartsState>): void {
  store.update(({ starts }) => ({ starts: { ...starts, ...change } }));
}

/** Fits the finished fit's model again from many random starts and keeps the best. */
export async function runStarts(): Promise<void> {
  const { finished, starts } = store.state;
  if (!finished?.inputs.data || starts.isRunning) return;
  const { inputs } = finished;
  controller = new AbortController();
  setStarts({ isRunning: true, progress: undefined, failure: undefined });
  try {
    const analysis = analysisOf(inputs.model, inputs.data!.text, inputs.settings);
    const result = await engine.call(
      "starts",
      { analysis, starts: starts.starts },
      { signal: controller.signal, onProgress: (progress) => setStarts({ progress }) },
    );
    setStarts({ isRunning: false });
    store.update(({ finished: now }) => (now?.inputs === inputs ? { finished: { ...now, result } } : {}));
    computeShifts();
    notify(`${result.starts?.converged ?? 0} of ${starts.starts} starts converged.`);
  } catch (error) {
    setStarts({ isRunning: false, failure: controller.signal.aborted ? undefined : toFailure(error) });
  }
}

export function cancelStarts(): void {
  controller?.abort();
}
