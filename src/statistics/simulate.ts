import { ProblemStatus } from "../engine/batch/batchEngine.ts";
import { nextTask } from "../engine/batch/workers/nextTask.ts";
import { Hessian } from "../engine/cpu/curvature/hessian.ts";
import type { Moments } from "../data/moments.ts";
import type { Problem } from "../engine/engine.ts";
import { ModelError, OptionError } from "../errors.ts";
import { bindSample } from "../fit/bindSample.ts";
import { type ReplicateProgress, type Replicates, runReplicates } from "../fit/bootstrap/replicates.ts";
import type { EngineOptions } from "../fit/bootstrap/openEngine.ts";
import { parametricResampler } from "../fit/bootstrap/resampler.ts";
import { estimate } from "../fit/estimate.ts";
import { inverseFactor } from "../fit/informationAlgebra.ts";
import { FIXED, type Model, type ParameterRow } from "../model/model.ts";
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
  /** Samples that were fitted: fewer than asked for where the run was cancelled. */
  readonly replicates: number;
  readonly converged: number;
  readonly inadmissible: number;
  readonly rows: readonly SimulatedRow[];
  /** Share of replicates whose χ² rejects the model; NaN without degrees of freedom. */
  readonly rejected: number;
  readonly df: number;
  readonly level: number;
  readonly seed: number;
  readonly seconds: number;
  readonly warnings: readonly string[];
}

/** Samples whose rows are described at a time. */
const CHUNK = 512;

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
  requireEnoughCases(moments);
  const problem: Problem = {
    model: bindSample(analysis, moments),
    moments,
    discrepancy: "maximumLikelihood",
  };
  const theta = analysis === population.model ? population.theta : await fitPopulation(problem);
  const implied = moments.map(({ covariance, mean }) => ({ covariance, mean }));
  const rows = new RowStatistics(problem, theta, level);
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
    chunk: CHUNK,
    onProgress: options.onProgress,
    onChunk: (chunk) => rows.add(chunk),
  });
  const df = degreesOfFreedom(problem);
  const total = sizes.reduce((sum, n) => sum + n, 0);
  const { status } = run.replicates;
  const converged = status.filter((one) => one === ProblemStatus.converged).length;
  const notRun = status.filter((one) => one === ProblemStatus.notRun).length;
  return {
    n: sizes,
    replicates: run.replicates.count - notRun,
    converged,
    inadmissible: run.replicates.inadmissible.reduce((sum, one) => sum + one, 0),
    rows: rows.describe(),
    rejected: df > 0 ? rejectionRate(run.replicates, total, chiSquaredQuantile(level, df)) : NaN,
    df,
    level,
    seed,
    warnings: warningsOf(problem.model, run.replicates.count - notRun - converged),
    seconds: (performance.now() - began) / 1000,
  };
}

/** What a reader would otherwise take for a finding. */
function warningsOf(model: Model, failed: number): string[] {
  const isSlope = ({ op }: ParameterRow): boolean => op === "=~" || op === "~";
  const slopes = model.rows.filter(isSlope);
  const isFixed = slopes.length > 0 && slopes.every(({ parameter }) => parameter === FIXED);
  return [
    ...(isFixed
      ? [
          "Every loading and regression is fixed, so none is estimated: write start(0.8)*x instead of 0.8*x for those that " +
            "shall be, or give another model for the analysis.",
        ]
      : []),
    ...(failed > 0 ? [`${failed} samples did not converge; all numbers are those of the others.`] : []),
  ];
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

/** Σᵢ over n cases around their mean has rank n − 1 at most. */
function requireEnoughCases(moments: readonly Moments[]): void {
  const small = moments.find(({ n, names }) => n <= names.length);
  if (!small) return;
  throw new OptionError(
    `Samples of ${small.n} cases have singular covariance matrices for ${small.names.length} variables.`,
    `Draw more than ${small.names.length} cases, better several times as many.`,
  );
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

/** Gathers what samples do to every row, chunk by chunk. */
class RowStatistics {
  readonly #hessian: Hessian;
  readonly #total: number;
  readonly #width: number;
  readonly #population: readonly number[];
  readonly #sums: readonly RowSums[];

  constructor(
    private readonly problem: Problem,
    truth: Float64Array,
    level: number,
  ) {
    this.#hessian = new Hessian(problem.model, problem.moments);
    this.#total = problem.moments.reduce((sum, { n }) => sum + n, 0);
    this.#width = normalQuantile(0.5 + level / 2);
    this.#population = rowValues(problem, truth, undefined).map(({ estimate }) => estimate);
    this.#sums = problem.model.rows.map(() => new RowSums());
  }

  /** Leaves room for other tasks, an interruption among them. */
  async add({ theta, status, count }: Replicates): Promise<void> {
    const t = theta.length / count;
    for (let i = 0; i < count; i++) {
      if (status[i] !== ProblemStatus.converged) continue;
      this.#addOne(theta.slice(i * t, i * t + t), t);
      if (i % 32 === 31) await nextTask();
    }
  }

  describe(): SimulatedRow[] {
    return this.problem.model.rows.map(({ lhs, op, rhs, group }, row) => ({
      lhs,
      op,
      rhs,
      group,
      ...this.#sums[row]!.describe(this.#population[row]!),
    }));
  }

  #addOne(theta: Float64Array, t: number): void {
    const information = this.#hessian.expected(theta);
    const factor = information && inverseFactor(information, t);
    const variance = factor && factoredVariance(factor, t, 2 / this.#total);
    rowValues(this.problem, theta, variance).forEach(({ estimate, standardError }, row) => {
      this.#sums[row]!.add(estimate, standardError, this.#population[row]!, this.#width);
    });
  }
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
