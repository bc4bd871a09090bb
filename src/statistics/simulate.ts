import { ProblemStatus } from "../engine/batch/batchEngine.ts";
import { Hessian } from "../engine/cpu/curvature/hessian.ts";
import type { Problem } from "../engine/engine.ts";
import { ModelError, OptionError } from "../errors.ts";
import { bindSample } from "../fit/bindSample.ts";
import { type ReplicateProgress, type Replicates, runReplicates } from "../fit/bootstrap/replicates.ts";
import type { EngineOptions } from "../fit/bootstrap/openEngine.ts";
import { parametricResampler } from "../fit/bootstrap/resampler.ts";
import { estimate } from "../fit/estimate.ts";
import { inverseFactor } from "../fit/informationAlgebra.ts";
import type { Model } from "../model/model.ts";
import { populationMoments, type Population } from "./population.ts";
import { chiSquaredQuantile, normalQuantile } from "./distributions.ts";
import { factoredVariance } from "./estimateVariance.ts";
import { rowValues } from "./parameterTable.ts";

export interface SimulateOptions extends EngineOptions {
  /** Cases of each sample: one number for every group, or one per group. */
  readonly n: number | readonly number[];
  /** 1000 unless said. */
  readonly replicates?: number | undefined;
  readonly seed?: number | undefined;
  /** Level of intervals, and of the tests that count as power; 0.95 unless said. */
  readonly level?: number | undefined;
  /** The model that is fitted to the samples; the population's own unless said. */
  readonly analysis?: Model | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReplicateProgress) => void) | undefined;
}

/** What sampling does to one row of the parameter table. */
export interface SimulatedRow {
  readonly lhs: string;
  readonly op: string;
  readonly rhs: string;
  readonly group: number;
  /** The population's value; where the analysis differs, what its fit to the population gives. */
  readonly population: number;
  readonly mean: number;
  readonly bias: number;
  /** Standard deviation of the estimates, and the mean of their standard errors (expected information). */
  readonly deviation: number;
  readonly meanStandardError: number;
  /** Share of replicates whose interval holds the population's value, and whose interval excludes zero. */
  readonly coverage: number;
  readonly power: number;
}

export interface SimulationResult {
  readonly n: readonly number[];
  readonly replicates: number;
  readonly converged: number;
  readonly inadmissible: number;
  readonly rows: readonly SimulatedRow[];
  /** Share of replicates whose χ² rejects the model; NaN without degrees of freedom. */
  readonly rejected: number;
  readonly df: number;
  readonly seed: number;
  readonly seconds: number;
}

/**
 * Draws normal samples of a population again and again, fits a model to each, and tells bias, spread, coverage and
 * power (Muthén and Muthén 2002, doi:10.1207/S15328007SEM0904_8). Samples are drawn as moments, from their exact distribution.
 *
 * Throws ModelError where the population's Σ is not positive definite, OptionError for impossible options.
 */
export async function simulate(population: Population, options: SimulateOptions): Promise<SimulationResult> {
  const began = performance.now();
  const { replicates = 1000, seed = 1, level = 0.95, analysis = population.model } = options;
  const sizes = sampleSizes(options.n, population.model.structures.length);
  const moments = populationMoments(population, analysis, sizes);
  const problem: Problem = {
    model: bindSample(analysis, moments),
    moments,
    discrepancy: "maximumLikelihood",
  };
  const theta = analysis === population.model ? population.theta : await fitPopulation(problem);
  const implied = moments.map(({ covariance, mean }) => ({ covariance, mean }));
  const run = await runReplicates({
    problem,
    theta,
    resampler: parametricResampler(moments, implied, seed),
    seed,
    first: 0,
    count: replicates,
    threads: options.threads,
    backend: options.backend,
    gpu: options.gpu,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const df = degreesOfFreedom(problem);
  const total = sizes.reduce((sum, n) => sum + n, 0);
  const converged = run.replicates.status.filter((status) => status === ProblemStatus.converged).length;
  return {
    n: sizes,
    replicates: run.replicates.count,
    converged,
    inadmissible: run.replicates.inadmissible.reduce((sum, one) => sum + one, 0),
    rows: describeRows(problem, theta, run.replicates, level),
    rejected: df > 0 ? rejectionRate(run.replicates, total, chiSquaredQuantile(level, df)) : NaN,
    df,
    seed,
    seconds: (performance.now() - began) / 1000,
  };
}

function sampleSizes(n: number | readonly number[], groups: number): number[] {
  const sizes = typeof n === "number" ? Array.from({ length: groups }, () => n) : [...n];
  if (sizes.length !== groups || sizes.some((size) => !Number.isInteger(size) || size < 2)) {
    throw new OptionError(
      `The sample sizes ${sizes.join(", ")} do not suit ${groups} ${groups === 1 ? "group" : "groups"}.`,
      "Give one whole number, or one for each group.",
    );
  }
  return sizes;
}

async function fitPopulation(problem: Problem): Promise<Float64Array> {
  const { theta, converged } = await estimate(problem);
  if (converged) return theta;
  throw new ModelError(
    "The model for the analysis cannot be fitted to the population.",
    "Check that it is identified and that the population has all its variables.",
  );
}

function degreesOfFreedom({ model, moments }: Problem): number {
  const statistics = moments.reduce((sum, { names: { length: k } }) => {
    return sum + (k * (k + 1)) / 2 + (model.meanStructure ? k : 0);
  }, 0);
  const fixed = model.rows.filter(({ exogenous }) => exogenous).length;
  return statistics - fixed - model.parameters.length;
}

function rejectionRate({ status, value }: Replicates, total: number, critical: number): number {
  const values = value.filter((_, i) => status[i] === ProblemStatus.converged);
  return values.filter((own) => own * total > critical).length / values.length;
}

function describeRows(
  problem: Problem,
  truth: Float64Array,
  { theta, status, count }: Replicates,
  level: number,
): SimulatedRow[] {
  const t = truth.length;
  const hessian = new Hessian(problem.model, problem.moments);
  const total = problem.moments.reduce((sum, { n }) => sum + n, 0);
  const width = normalQuantile(0.5 + level / 2);
  const populationValues = rowValues(problem, truth, undefined).map(({ estimate }) => estimate);
  const sums = problem.model.rows.map(() => new RowSums());
  for (let i = 0; i < count; i++) {
    if (status[i] !== ProblemStatus.converged) continue;
    const own = theta.slice(i * t, i * t + t);
    const information = hessian.expected(own);
    const factor = information && inverseFactor(information, t);
    const variance = factor && factoredVariance(factor, t, 2 / total);
    rowValues(problem, own, variance).forEach(({ estimate, standardError }, row) => {
      sums[row]!.add(estimate, standardError, populationValues[row]!, width);
    });
  }
  return problem.model.rows.map(({ lhs, op, rhs, group }, row) => ({
    lhs,
    op,
    rhs,
    group,
    ...sums[row]!.describe(populationValues[row]!),
  }));
}

/** Running sums over replicates of one row. */
class RowSums {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #standardErrors = 0;
  #withError = 0;
  #covered = 0;
  #significant = 0;

  add(value: number, standardError: number, population: number, width: number): void {
    this.#count++;
    const step = value - this.#mean;
    this.#mean += step / this.#count;
    this.#squares += step * (value - this.#mean);
    if (!(standardError > 0)) return;
    this.#withError++;
    this.#standardErrors += standardError;
    if (Math.abs(value - population) <= width * standardError) this.#covered++;
    if (Math.abs(value) > width * standardError) this.#significant++;
  }

  describe(population: number): Omit<SimulatedRow, "lhs" | "op" | "rhs" | "group"> {
    const share = (count: number): number => (this.#withError > 0 ? count / this.#withError : NaN);
    return {
      population,
      mean: this.#mean,
      bias: this.#mean - population,
      deviation: this.#count > 1 ? Math.sqrt(this.#squares / (this.#count - 1)) : NaN,
      meanStandardError: share(this.#standardErrors),
      coverage: share(this.#covered),
      power: share(this.#significant),
    };
  }
}
