import { toFailure } from "../../../src/embed/rpc/failure.ts";
import type { FitNews } from "../../../src/embed/tasks.ts";
import type { FitRun, Inputs } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { analysisOf } from "../state/settings.ts";
import { engine } from "../worker/clients.ts";
import { notify } from "./notify.ts";
import { computeShifts } from "./whatIf.ts";

let controller: AbortController | undefined;

/** Fits what is on the page. A second call while one is under way does nothing. */
export async function runFit(): Promise<void> {
  const { model, data, settings, run } = store.state;
  if (run || !data) return;
  const inputs: Inputs = { model, data, settings };
  controller = new AbortController();
  store.update({ run: { began: performance.now(), history: [], notes: [] }, failure: undefined });
  try {
    const options = { signal: controller.signal, onProgress: hear };
    const result = await engine.call("fit", analysisOf(model, data.text, settings), options);
    const { history, notes } = store.state.run as FitRun;
    store.update({ finished: { inputs, result, history, notes } });
    computeShifts();
    notify(result.converged ? "The fit is done." : "The fit ended without converging.");
  } catch (error) {
    if (controller.signal.aborted) notify("The fit was cancelled.");
    else {
      const failure = toFailure(error);
      store.update({ failure });
      // The panel that says it may be scrolled away.
      notify(failure.message);
    }
  } finally {
    store.update({ run: undefined });
    controller = undefined;
  }
}

export function cancelFit(): void {
  controller?.abort();
}

/** Takes the finished fit off the page, and out of what the browser keeps. */
export function discardFit(): void {
  store.update(({ bootstrap }) => ({
    finished: undefined,
    failure: undefined,
    bootstrap: { ...bootstrap, of: undefined, values: undefined },
  }));
}

function hear(news: FitNews): void {
  store.update(({ run }) => {
    if (!run) return {};
    if (news.kind === "iterations") return { run: { ...run, history: [...run.history, ...news.entries] } };
    const next = news.next === "webgpu" ? "going on with a new one" : "going on in float64 on the CPU";
    return { run: { ...run, notes: [...run.notes, `The GPU was lost; ${next}.`] } };
  });
}
