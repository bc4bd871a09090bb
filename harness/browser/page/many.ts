import { readAnalysis, type Analysis } from "../../../src/embed/analysis.ts";
import type { GpuBackend } from "../../../src/engine/engine.ts";
import type { Replicates } from "../../../src/fit/bootstrap/replicates.ts";
import { bootstrap, type BootstrapOptions } from "../../../src/statistics/bootstrap.ts";
import { fitFromManyStarts, type MultiStartFitOptions } from "../../../src/statistics/multiStartFit.ts";
import type { FitResult } from "../../../src/statistics/result.ts";
import { encode } from "../transfer.ts";

/** Many fits that the command wants from this page's GPU. Options are plain data. */
export type ManyRequest =
  | { readonly kind: "starts"; readonly analysis: Analysis; readonly options: MultiStartFitOptions }
  | {
      readonly kind: "bootstrap";
      readonly analysis: Analysis;
      readonly fitted: FitResult;
      readonly options: BootstrapOptions;
    };

declare global {
  /** Provided by the command: how many fits are done. */
  function semnanCounts(encoded: string): Promise<void>;
  /** Provided by the command: replicates, in order; resolves once they are written. */
  function semnanReplicates(encoded: string): Promise<void>;
}

const MILLISECONDS_BETWEEN_REPORTS = 100;

/** Ends the work early; the answer then has what is done. */
const stop = new AbortController();
Object.assign(globalThis, { semnanStop: () => stop.abort() });

/** Runs many fits on a GPU. Throws as `bootstrap` and `fitFromManyStarts` do. */
export async function runMany(request: ManyRequest, gpu: GpuBackend): Promise<FitResult> {
  const { model, data } = readAnalysis(request.analysis);
  if (request.kind === "starts") {
    const options = { ...request.options, backend: "webgpu" as const, gpu };
    return fitFromManyStarts(model, data, { ...options, stop: stop.signal, onStarts: reporter() });
  }
  const { result } = await bootstrap(model, data, request.fitted, {
    ...request.options,
    backend: "webgpu",
    gpu,
    signal: stop.signal,
    onProgress: reporter(),
    onReplicates: (chunk: Replicates) => semnanReplicates(encode(chunk)),
  });
  return result;
}

/** Reports cross a process boundary, so they are thinned out. */
function reporter(): (progress: { readonly done: number; readonly count: number }) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ done, count }) => {
    const now = performance.now();
    if (now - last < MILLISECONDS_BETWEEN_REPORTS) return;
    last = now;
    void semnanCounts(encode({ done, count }));
  };
}
