import type { DataSet } from "../data/dataSet.ts";
import type { CustomDiscrepancy, DiscrepancyName } from "../engine/engine.ts";
import { OptionError } from "../errors.ts";
import type { Bounds } from "../fit/bounds.ts";
import { jackknifeResampler } from "../fit/bootstrap/jackknife.ts";
import {
  type ReplicateProgress,
  type Replicates,
  type ReplicatesRequest,
  runReplicates,
} from "../fit/bootstrap/replicates.ts";
import type { EngineOptions } from "../fit/bootstrap/openEngine.ts";
import type { ResamplingKind } from "../fit/bootstrap/resampler.ts";
import { FIXED, type Model } from "../model/model.ts";
import type { IntervalKind } from "./bootstrapIntervals.ts";
import { type SummaryOptions, withBootstrap } from "./bootstrapSummary.ts";
import { type BootstrapTask, prepareBootstrap, requireCases } from "./bootstrapTask.ts";
import type { FitResult } from "./result.ts";
import type { EstimatorOptions } from "./settings.ts";

/** Options of `bootstrap`. Estimator options must be those of the fit. */
export interface BootstrapOptions extends EstimatorOptions, EngineOptions {
  readonly replicates: number;
  /** "case" unless said. */
  readonly kind?: ResamplingKind | undefined;
  /**
   * 1 unless said. The same seed draws the same replicates everywhere; their estimates are the same to the bit on every
   * machine in float64, and to a thousandth of a standard error on a GPU.
   */
  readonly seed?: number | undefined;
  /** Runs part `index` (from 1) of `count`; parts of one seed make up the whole. */
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
  /** "percentile" unless said. */
  readonly interval?: IntervalKind | undefined;
  /** 0.95 unless said. */
  readonly level?: number | undefined;
  /** Also standard errors and intervals of the standardised solution. */
  readonly standardized?: boolean | undefined;
  readonly discrepancy?: DiscrepancyName | CustomDiscrepancy | undefined;
  /** Those of the fit. */
  readonly bounds?: Bounds | undefined;
  /** Ends the run early; the result then has what is done. */
  readonly signal?: AbortSignal | undefined;
  /** Hears how many replicates are done and how long the rest will take. */
  readonly onProgress?: ((progress: ReplicateProgress) => void) | undefined;
  /** Gets the replicates as they are done, in order. */
  readonly onReplicates?: ((chunk: Replicates) => void | Promise<void>) | undefined;
}

/** A bootstrap: the fit's result with its statistics added, and the replicates themselves. */
export interface BootstrapOutcome {
  /** The fit's result with bootstrap statistics. */
  readonly result: FitResult;
  readonly replicates: Replicates;
}

/**
 * Refits a model to `replicates` resamples of its data and adds standard errors, bias and confidence intervals of all
 * rows to the fit's result (Efron and Tibshirani, An Introduction to the Bootstrap, 1993).
 *
 * Throws OptionError for impossible options, DataError where the resampling needs cases and there are only moments.
 */
export async function bootstrap(
  model: Model,
  data: DataSet,
  fitted: FitResult,
  options: BootstrapOptions,
): Promise<BootstrapOutcome> {
  const { first, count } = shardRange(options);
  const seed = options.seed ?? 1;
  const task = prepareBootstrap(model, data, estimatesOf(model, fitted), options);
  const { problem, theta, resampler } = task;
  const { threads, backend, gpu, signal } = options;
  const common = { problem, theta, seed, threads, backend, gpu, signal };
  const run = await runReplicates({
    ...common,
    resampler,
    alone: task.aloneFor(resampler),
    first,
    count,
    of: options.replicates,
    onProgress: options.onProgress,
    onChunk: options.onReplicates,
  });
  const jackknife = options.interval === "bca" ? await runJackknife(data, task, common) : undefined;
  const result = withBootstrap(fitted, problem, theta, run.replicates, {
    ...statisticsOptions(options),
    jackknife,
    seconds: run.seconds.compile + run.seconds.run,
    compileSeconds: run.seconds.compile,
    backend: run.backend,
  });
  return { result, replicates: run.replicates };
}

/**
 * The statistics of replicates that were run elsewhere, in shards say: the same as `bootstrap` gives for them. BCa
 * intervals fit the model once more for every case that is left out.
 *
 * Throws as `bootstrap` does.
 */
export async function summarizeReplicates(
  model: Model,
  data: DataSet,
  fitted: FitResult,
  replicates: Replicates,
  options: BootstrapOptions,
): Promise<FitResult> {
  const task = prepareBootstrap(model, data, estimatesOf(model, fitted), options);
  const { problem, theta } = task;
  const { threads, backend, gpu, signal, seed = 1 } = options;
  const common = { problem, theta, seed, threads, backend, gpu, signal };
  return withBootstrap(fitted, problem, theta, replicates, {
    ...statisticsOptions(options),
    jackknife: options.interval === "bca" ? await runJackknife(data, task, common) : undefined,
    seconds: NaN,
    compileSeconds: NaN,
    backend: { kind: "cpu", description: "replicates read from files", reason: "they were fitted before" },
  });
}

function statisticsOptions({
  kind = "case",
  seed = 1,
  interval = "percentile",
  level = 0.95,
  standardized = false,
}: BootstrapOptions): Pick<SummaryOptions, "kind" | "seed" | "interval" | "level" | "standardized"> {
  return { kind, seed, interval, level, standardized };
}

/** θ of a fitted result, in the order of the model's parameters. */
export function estimatesOf(model: Model, { parameters }: FitResult): Float64Array {
  const theta = new Float64Array(model.parameters.length);
  model.rows.forEach(({ parameter }, row) => {
    if (parameter !== FIXED) theta[parameter] = parameters[row]!.estimate;
  });
  return theta;
}

/** The part of the replicates that a shard runs; all where there are no shards. */
export function shardRange({ replicates, shard }: Pick<BootstrapOptions, "replicates" | "shard">): {
  first: number;
  count: number;
} {
  const { index, count } = shard ?? { index: 1, count: 1 };
  const isWhole = [replicates, index, count].every(Number.isInteger);
  if (!isWhole || replicates < 1 || count < 1 || index < 1 || index > count || count > replicates) {
    throw new OptionError(
      `Shard ${index} of ${count} of ${replicates} replicates does not exist.`,
      "Give whole numbers with 1 ≤ index ≤ count ≤ replicates.",
    );
  }
  const first = Math.floor((replicates * (index - 1)) / count);
  return { first, count: Math.floor((replicates * index) / count) - first };
}

async function runJackknife(
  data: DataSet,
  task: BootstrapTask,
  common: Omit<ReplicatesRequest, "resampler" | "first" | "count" | "of">,
): Promise<Replicates> {
  const tables = requireCases(data);
  const resampler = jackknifeResampler(tables, common.problem.moments);
  const count = tables.reduce((sum, { rows }) => sum + rows, 0);
  const alone = task.aloneFor(resampler);
  return (await runReplicates({ ...common, resampler, alone, first: 0, count })).replicates;
}
