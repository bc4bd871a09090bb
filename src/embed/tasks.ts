import { identify, type IdentifyOptions, type IdentifyResult } from "../causal/identifiability/identify.ts";
import type { EstimateProgress } from "../fit/estimate.ts";
import type { FitResult } from "../statistics/result.ts";
import { readModel, runAnalysis, type Analysis, type ModelSettings } from "./analysis.ts";
import { bootstrapTask } from "./bootstrapTask.ts";
import { gpuHost, type GpuHost, type GpuReport } from "./gpuHost.ts";
import type { TaskContext } from "./rpc/protocol.ts";
import { startsTask } from "./startsTask.ts";

/** News of a fit: iterations since the last report, or the loss of the device and what goes on instead. */
export type FitNews =
  | { readonly kind: "iterations"; readonly entries: readonly EstimateProgress[] }
  | { readonly kind: "deviceLost"; readonly next: "webgpu" | "cpu" };

export interface IdentifyInput {
  readonly model: string;
  readonly modelSettings?: ModelSettings | undefined;
  readonly options?: Omit<IdentifyOptions, "signal"> | undefined;
}

/** Reports cross a thread, so iterations travel together; a frame is as fine as eyes can see. */
const MILLISECONDS_BETWEEN_REPORTS = 16;

/** Reads and fits an analysis; goes on after the loss of a device. */
async function fitTask(analysis: Analysis, { signal, report }: TaskContext<FitNews>): Promise<FitResult> {
  const batch = collectIterations(report);
  const run = (asked: Analysis, gpu: Awaited<ReturnType<GpuHost["backend"]>>): Promise<FitResult> =>
    runAnalysis(asked, { gpu, signal, onProgress: batch.add });
  const result = await gpuHost.keepGoing(
    (gpu) => run(gpu ? analysis : withoutGpu(analysis), gpu),
    (next) => report({ kind: "deviceLost", next }),
  );
  batch.flush();
  signal.throwIfAborted();
  return result;
}

/** The same analysis where there is no GPU: on the CPU, whatever it asks for. */
function withoutGpu(analysis: Analysis): Analysis {
  const { fitSettings } = analysis;
  if (fitSettings?.backend !== "webgpu") return analysis;
  return { ...analysis, fitSettings: { ...fitSettings, backend: "auto" } };
}

function collectIterations(report: (news: FitNews) => void): {
  add(entry: EstimateProgress): void;
  flush(): void;
} {
  let entries: EstimateProgress[] = [];
  let last = Number.NEGATIVE_INFINITY;
  const flush = (): void => {
    if (entries.length === 0) return;
    report({ kind: "iterations", entries });
    entries = [];
    last = performance.now();
  };
  return {
    add(entry) {
      entries.push(entry);
      if (performance.now() - last >= MILLISECONDS_BETWEEN_REPORTS) flush();
    },
    flush,
  };
}

function identifyTask(
  { model, modelSettings, options }: IdentifyInput,
  { signal }: TaskContext,
): IdentifyResult {
  return identify(readModel(model, modelSettings), { ...options, signal });
}

function gpuTask(): Promise<GpuReport> {
  return gpuHost.report();
}

/** What semnan's worker can be asked. */
export const workerTasks = {
  fit: fitTask,
  bootstrap: bootstrapTask,
  starts: startsTask,
  identify: identifyTask,
  gpu: gpuTask,
};
/** The calls that the ready-made worker answers. */
export type WorkerTasks = typeof workerTasks;
