import { ProblemStatus } from "../engine/batch/batchEngine.ts";
import type { GpuBackend } from "../engine/engine.ts";
import type { ReplicateProgress, Replicates } from "../fit/bootstrap/replicates.ts";
import { bootstrap, type BootstrapOptions, type BootstrapOutcome } from "../statistics/bootstrap.ts";
import { rowEvaluator, type RowEvaluator } from "../statistics/bootstrapQuantities.ts";
import type { FitResult } from "../statistics/result.ts";
import { readAnalysis, type Analysis } from "./analysis.ts";
import { gpuHost } from "./gpuHost.ts";
import type { TaskContext } from "./rpc/protocol.ts";

/** Options of `bootstrap` that are plain data; those of the estimator come from the analysis. */
export type BootstrapSettings = Pick<
  BootstrapOptions,
  "replicates" | "kind" | "seed" | "interval" | "level" | "standardized" | "threads"
>;

export interface BootstrapInput {
  readonly analysis: Analysis;
  /** The result of fitting it. */
  readonly fitted: FitResult;
  readonly settings: BootstrapSettings;
}

export interface BootstrapAnswer {
  /** The fit's result with bootstrap statistics. */
  readonly result: FitResult;
  /** For every row of `result.parameters` its values over the converged replicates (the first of very many). */
  readonly values: readonly Float64Array[];
}

const MILLISECONDS_BETWEEN_REPORTS = 50;

/** Bootstraps a fitted analysis; stopped early it answers with the replicates that are done. */
export async function bootstrapTask(
  { analysis, fitted, settings }: BootstrapInput,
  { signal, stop, report }: TaskContext<ReplicateProgress>,
): Promise<BootstrapAnswer> {
  const { model, data } = readAnalysis(analysis);
  const { estimator, information, se, test, likelihood, missing, discrepancy, backend } =
    analysis.fitSettings ?? {};
  let last = Number.NEGATIVE_INFINITY;
  const run = (gpu: GpuBackend | undefined): Promise<BootstrapOutcome> =>
    bootstrap(model, data, fitted, {
      estimator,
      information,
      se,
      test,
      likelihood,
      missing,
      discrepancy,
      ...settings,
      backend: gpu ? backend : "auto",
      gpu,
      signal: stop,
      onProgress(progress) {
        const now = performance.now();
        if (now - last < MILLISECONDS_BETWEEN_REPORTS && progress.done < progress.count) return;
        last = now;
        report(progress);
      },
    });
  const { result, replicates } = await gpuHost.keepGoing(run, () => undefined);
  signal.throwIfAborted();
  return { result, values: rowValues(rowEvaluator(model, data), model.rows.length, replicates) };
}

/** Numbers that go back to the page, at most: 32 MB. The first replicates are as good a sample as any. */
const MOST_VALUES = 4_000_000;

/** The values of all rows over the converged replicates. */
function rowValues(rows: RowEvaluator, rowCount: number, replicates: Replicates): Float64Array[] {
  const { theta, status, count } = replicates;
  const t = count > 0 ? theta.length / count : 0;
  const converged = Array.from(status.keys())
    .filter((i) => status[i] === ProblemStatus.converged)
    .slice(0, Math.floor(MOST_VALUES / rowCount));
  const table = Array.from({ length: rowCount }, () => new Float64Array(converged.length));
  converged.forEach((i, place) => {
    rows.evaluate(theta.subarray(i * t, i * t + t)).forEach((value, row) => (table[row]![place] = value));
  });
  return table;
}
