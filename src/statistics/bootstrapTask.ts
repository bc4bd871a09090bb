import type { DataGroup, DataSet } from "../data/dataSet.ts";
import { availableMoments } from "../data/incomplete.ts";
import type { Table } from "../data/moments.ts";
import { momentsOf } from "../data/table.ts";
import { ProblemStatus } from "../engine/batch/batchEngine.ts";
import type { Problem } from "../engine/engine.ts";
import { DataError, OptionError } from "../errors.ts";
import { bindSample } from "../fit/bindSample.ts";
import { boundVariances } from "../fit/bounds.ts";
import {
  bollenStineTables,
  caseResampler,
  parametricResampler,
  type Resampler,
  type ResamplingKind,
} from "../fit/bootstrap/resampler.ts";
import type { SolveOne } from "../fit/bootstrap/solveOne.ts";
import { groupStates } from "../fit/groupState.ts";
import { hasConstraints, type Model } from "../model/model.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { estimateProblem } from "./estimation.ts";
import { resolveSettings, type Settings } from "./settings.ts";

/** How replicates are fitted that need everything a single fit does. */
export interface Alone {
  readonly reason: string;
  readonly solveOne: SolveOne;
}

/** A bootstrap that is ready to run. */
export interface BootstrapTask {
  /** Sample entries bound, user's units. */
  readonly problem: Problem;
  readonly theta: Float64Array;
  readonly resampler: Resampler;
  /** `undefined` where the batched engine can fit the replicates. */
  aloneFor(resampler: Resampler): Alone | undefined;
}

/** @throws OptionError and DataError as `bootstrap` does. */
export function prepareBootstrap(
  stated: Model,
  data: DataSet,
  theta: Float64Array,
  options: BootstrapOptions,
): BootstrapTask {
  const settings = resolveSettings(options);
  const kind = options.kind ?? "case";
  if (kind !== "case" && settings.missing === "fiml") {
    throw new OptionError(
      `The ${kind} bootstrap needs complete data.`,
      "Resample cases, or use listwise deletion.",
    );
  }
  if (data.groups.some(({ table }) => table?.weights !== undefined)) {
    throw new OptionError(
      "Cases with sampling weights cannot be resampled.",
      "Leave out the weights, or the bootstrap: robust standard errors (MLR) take weights into account.",
    );
  }
  const model = boundVariances(stated, options.bounds ?? "none");
  const moments = data.groups.map((group) => group.moments);
  const discrepancy = settings.family === "GLS" ? "generalizedLeastSquares" : options.discrepancy;
  const problem: Problem = {
    model: bindSample(model, moments),
    moments,
    discrepancy: discrepancy ?? "maximumLikelihood",
  };
  const reason = obstacle(model, settings);
  return {
    problem,
    theta,
    resampler: createResampler(problem, theta, data, kind, options.seed ?? 1),
    aloneFor: (resampler) =>
      reason === undefined
        ? undefined
        : { reason, solveOne: singleFits({ ...problem, model }, data, settings, resampler) },
  };
}

function createResampler(
  problem: Problem,
  theta: Float64Array,
  data: DataSet,
  kind: ResamplingKind,
  seed: number,
): Resampler {
  const { moments, model } = problem;
  const implied = groupStates(problem, theta).map(({ sigma, mu }) => ({
    covariance: sigma,
    mean: model.meanStructure ? mu : undefined,
  }));
  if (kind === "parametric") return parametricResampler(moments, implied, seed);
  const tables = requireCases(data);
  if (kind === "case") return caseResampler(tables, seed);
  return caseResampler(bollenStineTables(tables, moments, implied), seed);
}

/** The raw cases of every group. @throws DataError where there are only moments. */
export function requireCases({ groups }: DataSet): Table[] {
  return groups.map(({ table }) => {
    if (table) return table;
    throw new DataError(
      "Cases cannot be resampled: the data are a covariance matrix.",
      'Give raw data, or use the parametric bootstrap (kind "parametric").',
    );
  });
}

/** Why replicates of this fit need everything that a single fit does. */
function obstacle(model: Model, { estimator, family, missing, lost }: Settings): string | undefined {
  if (missing === "fiml") return "values are missing";
  if (hasConstraints(model)) return "the model has constraints";
  if (family !== "likelihood" && family !== "GLS") return `the estimator is ${estimator}`;
  return lost === 1 ? "the covariance matrix has divisor n − 1" : undefined;
}

/** Fits each replicate with the estimator of the fit itself. */
function singleFits(stated: Problem, data: DataSet, settings: Settings, resampler: Resampler): SolveOne {
  const label = (g: number): string => data.groups[g]!.label;
  const draw = (index: number): DataGroup[] =>
    resampler.cases(index)?.map((table, g) => ({
      label: label(g),
      table,
      moments: settings.missing === "fiml" ? availableMoments(table) : momentsOf(table, table.names),
    })) ?? resampler.moments(index).map((moments, g) => ({ label: label(g), moments }));
  return async (index, start) => {
    const groups = draw(index);
    const problem = { ...stated, moments: groups.map(({ moments }) => moments) };
    try {
      const { found } = await estimateProblem(problem, { groups, warnings: [] }, settings, {
        start,
        retries: 2,
      });
      const status = found.converged ? ProblemStatus.converged : ProblemStatus.notConverged;
      return { theta: found.theta, value: found.value, status };
    } catch (error) {
      // A resample can be singular where the sample is not.
      if (!(error instanceof DataError)) throw error;
      return { theta: start.map(() => NaN), value: NaN, status: ProblemStatus.notPositiveDefinite };
    }
  };
}
