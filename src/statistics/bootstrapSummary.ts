import { ProblemStatus } from "../engine/batch/batchEngine.ts";
import type { Problem } from "../engine/engine.ts";
import type { Replicates } from "../fit/bootstrap/replicates.ts";
import type { ResamplingKind } from "../fit/bootstrap/resampler.ts";
import {
  bootstrapInterval,
  type IntervalKind,
  jackknifeAcceleration,
  replicateMoments,
  sortReplicates,
} from "./bootstrapIntervals.ts";
import { RowEvaluator, StandardizedEvaluator } from "./bootstrapQuantities.ts";
import type { BootstrapStatistics, BootstrapSummary, FitResult, ParameterEstimate } from "./result.ts";

export interface SummaryOptions {
  readonly kind: ResamplingKind;
  readonly seed: number;
  readonly interval: IntervalKind;
  readonly level: number;
  /** Also of the standardised solution. */
  readonly standardized: boolean;
  /** Leave-one-out estimates, for "bca". */
  readonly jackknife: Replicates | undefined;
  readonly seconds: number;
  readonly compileSeconds: number;
  readonly backend: BootstrapSummary["backend"];
}

/** Adds the statistics of replicates to a result; `theta` is the estimate that the result reports. */
export function withBootstrap(
  result: FitResult,
  problem: Problem,
  theta: Float64Array,
  replicates: Replicates,
  options: SummaryOptions,
): FitResult {
  const rows = new RowEvaluator(problem);
  const ofRows = tabulate(replicates, (own) => rows.evaluate(own));
  const leftOut = options.jackknife && tabulate(options.jackknife, (own) => rows.evaluate(own));
  const estimates = rows.evaluate(theta);
  const isTest = options.kind === "bollenStine";
  const parameters = isTest
    ? result.parameters
    : result.parameters.map((row, i) =>
        describeRow(row, statistics(estimates[i]!, ofRows[i]!, leftOut?.[i], options)),
      );
  const standardized =
    options.standardized && !isTest ? standardizedStatistics(problem, theta, replicates, options) : undefined;
  return {
    ...result,
    parameters,
    bootstrap: {
      ...count(replicates),
      kind: options.kind,
      seed: options.seed,
      interval: options.interval,
      level: options.level,
      ...(isTest && { pValue: bollenStinePValue(replicates, result.discrepancy.value) }),
      ...(standardized && { standardized }),
      seconds: options.seconds,
      compileSeconds: options.compileSeconds,
      backend: options.backend,
    },
  };
}

/** Values of every quantity over the converged replicates: one array per quantity. */
function tabulate(
  { theta, status, count: total }: Replicates,
  quantities: (theta: Float64Array) => Float64Array,
): Float64Array[] {
  const t = theta.length / total;
  const converged = Array.from(status.keys()).filter((i) => status[i] === ProblemStatus.converged);
  let table: Float64Array[] = [];
  converged.forEach((i, place) => {
    const values = quantities(theta.subarray(i * t, i * t + t));
    if (place === 0) table = Array.from(values, () => new Float64Array(converged.length));
    values.forEach((value, quantity) => (table[quantity]![place] = value));
  });
  return table;
}

/** What varies by less than this, relative to itself, is fixed: a variance that standardising makes 1. */
const ROUNDING = 1e-13;

function statistics(
  estimate: number,
  values: Float64Array | undefined,
  leftOut: Float64Array | undefined,
  { interval, level }: SummaryOptions,
): BootstrapStatistics {
  const sorted = sortReplicates(values ?? []);
  const { mean, deviation } = replicateMoments(sorted);
  const isConstant = deviation <= ROUNDING * Math.abs(estimate);
  if (isConstant) return { bias: 0, standardError: 0, ciLower: estimate, ciUpper: estimate };
  const { lower, upper } = bootstrapInterval(
    interval,
    estimate,
    sorted,
    level,
    leftOut && jackknifeAcceleration(leftOut),
  );
  return { bias: mean - estimate, standardError: deviation, ciLower: lower, ciUpper: upper };
}

function describeRow(row: ParameterEstimate, own: BootstrapStatistics): ParameterEstimate {
  return {
    ...row,
    bootstrapBias: own.bias,
    bootstrapStandardError: own.standardError,
    bootstrapCiLower: own.ciLower,
    bootstrapCiUpper: own.ciUpper,
  };
}

function standardizedStatistics(
  problem: Problem,
  theta: Float64Array,
  replicates: Replicates,
  options: SummaryOptions,
): BootstrapStatistics[] {
  const rows = new RowEvaluator(problem);
  const evaluator = new StandardizedEvaluator(problem);
  const evaluate = (own: Float64Array): Float64Array => evaluator.evaluate(own, rows.evaluate(own), "all");
  const table = tabulate(replicates, evaluate);
  const leftOut = options.jackknife && tabulate(options.jackknife, evaluate);
  return Array.from(evaluate(theta), (estimate, i) => statistics(estimate, table[i], leftOut?.[i], options));
}

type Counts = Pick<
  BootstrapSummary,
  | "replicates"
  | "converged"
  | "notConverged"
  | "notPositiveDefinite"
  | "inadmissible"
  | "failedReplicates"
  | "inadmissibleReplicates"
>;

function count({ first, status, inadmissible }: Replicates): Counts {
  const numbersOf = (array: Uint8Array, value: number): number[] =>
    Array.from(array.keys()).flatMap((i) => (array[i] === value ? [first + i] : []));
  const notConverged = numbersOf(status, ProblemStatus.notConverged);
  const notPositiveDefinite = numbersOf(status, ProblemStatus.notPositiveDefinite);
  const inadmissibleReplicates = numbersOf(inadmissible, 1);
  const converged = numbersOf(status, ProblemStatus.converged).length;
  return {
    replicates: converged + notConverged.length + notPositiveDefinite.length,
    converged,
    notConverged: notConverged.length,
    notPositiveDefinite: notPositiveDefinite.length,
    inadmissible: inadmissibleReplicates.length,
    failedReplicates: [...notConverged, ...notPositiveDefinite].sort((a, b) => a - b),
    inadmissibleReplicates,
  };
}

/** Share of converged replicates whose F is at least the sample's: N is the same, so F orders as χ² does. */
function bollenStinePValue({ status, value }: Replicates, sample: number): number {
  const converged = value.filter((_, i) => status[i] === ProblemStatus.converged);
  return converged.filter((own) => own >= sample).length / converged.length;
}
