import type { DataSet } from "../data/dataSet.ts";
import type { Moments, Table } from "../data/moments.ts";
import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import type { Problem } from "../engine/engine.ts";
import { activeJacobian, hasConstraints } from "../fit/constraints.ts";
import { estimate, type Estimate, type EstimateOptions } from "../fit/estimate.ts";
import { groupStates } from "../fit/groupState.ts";
import { expectedIncompleteWeight, incompleteLikelihood } from "../fit/missing.ts";
import { weightedLeastSquares } from "../fit/weightedLeastSquares.ts";
import { fourthMoments } from "./caseMoments.ts";
import type { Fitted } from "./fitted.ts";
import { exogenousIndices } from "./logLikelihood.ts";
import type { Settings } from "./settings.ts";
import { DataError } from "../errors.ts";

/** An estimate with what its statistics need. */
export interface Estimation {
  readonly found: Estimate;
  readonly fitted: Fitted;
  readonly warnings: readonly string[];
}

/**
 * Estimates a problem as the settings say: on the engine, then where its discrepancy is not one of the engine's
 * (weighted least squares, incomplete data) or the model has constraints, from there in float64 by exact Newton steps.
 */
export async function estimateProblem(
  problem: Problem,
  data: DataSet,
  settings: Settings,
  options: EstimateOptions,
): Promise<Estimation> {
  // Fetched only where it is needed: most pages never meet missing values, constraints or least squares.
  const { prepareIncomplete } = settings.missing === "fiml" ? await import("./prepareIncomplete.ts") : {};
  const incomplete = prepareIncomplete?.(problem, data);
  const tables = incomplete?.groups.map(({ table }) => table) ?? data.groups.map(({ table }) => table);
  const cases = tables.every((table) => table !== undefined) ? tables : undefined;
  const stated = {
    ...problem,
    moments:
      incomplete?.groups.map((group) => group.moments) ??
      problem.moments.map((group) => withDivisor(group, settings.lost)),
  };
  const first = await estimateWeighted(stated, settings, options);
  const weights = momentWeights(first.problem, cases, settings);
  const { model, moments } = first.problem;
  const discrepancies =
    incomplete?.groups.map(({ patterns, saturatedValue, moments: { names } }) =>
      incompleteLikelihood(patterns, names.length, saturatedValue),
    ) ?? weights?.map((weight, g) => weightedLeastSquares(moments[g]!, weight, model.meanStructure));
  const began = performance.now();
  const isFinal = !discrepancies && !hasConstraints(model);
  const { refine } = isFinal ? {} : await import("./refine.ts");
  const found = refine ? refine(first, discrepancies, settings.lost, options) : first;
  const seconds = { ...first.seconds, polish: first.seconds.polish + (performance.now() - began) / 1000 };
  const states = groupStates(first.problem, found.theta);
  const incompleteWeights = incomplete?.groups.map(({ patterns }, g) =>
    expectedIncompleteWeight(patterns, states[g]!.k, states[g]!.sigma),
  );
  const observations = moments.reduce((sum, { n }) => sum + n, 0);
  return {
    found: { ...found, seconds },
    warnings: incomplete?.warnings ?? [],
    fitted: {
      problem: first.problem,
      settings,
      theta: found.theta,
      states,
      cases,
      discrepancies,
      momentWeights: weights ?? incompleteWeights,
      incomplete: incomplete?.groups,
      constraints: activeJacobian(model, found.theta),
      observations,
      multiplier: observations - settings.lost * moments.length,
    },
  };
}

/** Least squares weighs groups by n_g − 1, maximum likelihood by n_g. */
async function estimateWeighted(
  problem: Problem,
  { family, lost }: Settings,
  options: EstimateOptions,
): Promise<Estimate> {
  if (family === "likelihood" || problem.moments.length === 1) return estimate(problem, options);
  const moments = problem.moments.map((group) => ({ ...group, n: group.n - lost }));
  const found = await estimate({ ...problem, moments }, options);
  return { ...found, problem: { ...found.problem, moments: problem.moments } };
}

/** S with divisor n − `lost`. */
function withDivisor(moments: Moments, lost: 0 | 1): Moments {
  if (lost === 0) return moments;
  const ratio = moments.n / (moments.n - lost);
  return { ...moments, covariance: moments.covariance.map((value) => value * ratio) };
}

/** The weights V of (s − σ)ᵀV(s − σ): Γ⁻¹ (WLS), its diagonal's inverse (DWLS) or the identity (ULS). */
function momentWeights(
  problem: Problem,
  cases: readonly Table[] | undefined,
  { family, estimator }: Settings,
): Float64Array[] | undefined {
  if (family === "likelihood" || family === "GLS") return undefined;
  const { meanStructure } = problem.model;
  return problem.moments.map(({ names: { length: k } }, g) => {
    const m = (meanStructure ? k : 0) + (k * (k + 1)) / 2;
    const diagonal = (value: (a: number) => number): Float64Array =>
      Float64Array.from({ length: m * m }, (_, i) => (i % (m + 1) === 0 ? value(Math.floor(i / m)) : 0));
    if (family === "ULS") return diagonal(() => 1);
    const table = cases?.[g];
    if (!table) {
      throw new DataError(
        `${estimator} needs the raw data: its weights are fourth moments.`,
        "Give the cases instead of a covariance matrix, or use ML, GLS or ULS.",
      );
    }
    const gamma = fourthMoments(table, meanStructure, exogenousIndices(problem, g));
    if (family === "DWLS") return diagonal((a) => 1 / gamma[a * m + a]!);
    const inverted = invertPositiveDefinite(gamma, m);
    if (inverted) return inverted.inverse;
    throw new DataError(
      `WLS needs more cases than the ${m} sample moments, and there are ${table.rows}.`,
      "Use DWLS, ULS or MLM.",
    );
  });
}
