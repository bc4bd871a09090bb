import type { GpuBackend } from "../engine/engine.ts";
import { fitFromManyStarts } from "../statistics/multiStartFit.ts";
import type { FitResult } from "../statistics/result.ts";
import { readAnalysis, type Analysis } from "./analysis.ts";
import { gpuHost } from "./gpuHost.ts";
import type { TaskContext } from "./rpc/protocol.ts";

export interface StartsInput {
  readonly analysis: Analysis;
  /** Number of random starts. */
  readonly starts: number;
}

export interface StartsProgress {
  readonly done: number;
  readonly count: number;
}

/** Fits an analysis from the best of many random starts. */
export function startsTask(
  { analysis, starts }: StartsInput,
  { signal, report }: TaskContext<StartsProgress>,
): Promise<FitResult> {
  const { model, data } = readAnalysis(analysis);
  const { backend } = analysis.fitSettings ?? {};
  const given = Object.entries(analysis.fitSettings ?? {}).filter(([, value]) => value !== undefined);
  const run = (gpu: GpuBackend | undefined): Promise<FitResult> =>
    fitFromManyStarts(model, data, {
      ...Object.fromEntries(given),
      backend: gpu ? (backend ?? "auto") : "auto",
      ...(gpu && { gpu }),
      starts,
      signal,
      onStarts: report,
    });
  return gpuHost.keepGoing(run, () => undefined);
}
