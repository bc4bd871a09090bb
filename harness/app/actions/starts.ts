import { toFailure } from "../../../src/embed/rpc/failure.ts";
import type { StartsProgress } from "../../../src/embed/startsTask.ts";
import type { FitResult } from "../../../src/statistics/result.ts";
import type { FinishedFit, StartsState } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { analysisOf } from "../state/settings.ts";
import { engine } from "../worker/clients.ts";
import { counted } from "../view/words.ts";
import { notify } from "./notify.ts";
import { computeShifts } from "./whatIf.ts";

/** Discrepancies of converged fits that differ by less are one minimum: the polish ends far below. */
const SAME_MINIMUM = 1e-8;

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
      { signal: controller.signal, onProgress: timed() },
    );
    setStarts({ isRunning: false });
    store.update(({ finished: now }) => (now?.inputs === inputs ? { finished: better(now, result) } : {}));
    computeShifts();
    const converged = (result.starts?.converged ?? 0).toLocaleString("en");
    notify(`${converged} of ${counted(starts.starts, "start")} converged.`);
  } catch (error) {
    setStarts({ isRunning: false, failure: controller.signal.aborted ? undefined : toFailure(error) });
  }
}

/** Shows progress with the time that is left, judged by the time that the starts so far have taken. */
function timed(): (progress: StartsProgress) => void {
  const began = performance.now();
  return ({ done, count }) => {
    const seconds = (performance.now() - began) / 1000;
    const secondsLeft = done > 0 ? (seconds / done) * (count - done) : Infinity;
    setStarts({ progress: { done, count, secondsLeft } });
  };
}

/** The same minimum again keeps the fit and what was made of it, a bootstrap say; a lower one takes its place. */
function better(now: FinishedFit, found: FitResult): FinishedFit {
  const isLower = found.discrepancy.value < now.result.discrepancy.value - SAME_MINIMUM;
  if (isLower || !now.result.converged) return { ...now, result: found, history: [] };
  return { ...now, result: { ...now.result, ...(found.starts && { starts: found.starts }) } };
}

export function cancelStarts(): void {
  controller?.abort();
}
