import type { DataSet } from "../data/dataSet.ts";
import type { Moments } from "../data/moments.ts";
import type { Problem } from "../engine/engine.ts";
import { estimate, type Estimate, type EstimateOptions } from "../fit/estimate.ts";
import { groupStates } from "../fit/groupState.ts";
import { hasConstraints } from "../model/model.ts";
import type { Fitted } from "./fitted.ts";
import type { Settings } from "./settings.ts";

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
  const { prepareIncomplete } = settings.missing === "fiml" ? await import("./otherEstimators.ts") : {};
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
  const { model, moments } = first.problem;
  const isEngines = !incomplete && (settings.family === "likelihood" || settings.family === "GLS");
  const { incompleteForm, leastSquaresForm } = isEngines ? {} : await import("./otherEstimators.ts");
  const form = incomplete
    ? incompleteForm?.(incomplete.groups)
    : leastSquaresForm?.(first.problem, cases, settings);
  const began = performance.now();
  const isConstrained = hasConstraints(model);
  const { refine, activeConstraints } = form || isConstrained ? await import("./refine.ts") : {};
  const found = refine?.(first, form?.discrepancies, settings.lost, options) ?? first;
  const seconds = { ...first.seconds, polish: first.seconds.polish + (performance.now() - began) / 1000 };
  const states = groupStates(first.problem, found.theta);
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
      discrepancies: form?.discrepancies,
      momentWeights: form?.weights(states),
      incomplete: incomplete?.groups,
      constraints: new Float64Array(0),
      npar: found.theta.length,
      ...(isConstrained && activeConstraints?.(model, found.theta)),
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
