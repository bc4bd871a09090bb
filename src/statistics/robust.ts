import { DataError } from "../errors.ts";
import { multiply } from "../engine/cpu/linalg.ts";
import { addQuadraticForm } from "../fit/momentObjective.ts";
import { expectedWeight, momentJacobian, momentVector } from "../fit/momentSpace.ts";
import type { GroupState } from "../fit/groupState.ts";
import { incompleteScoreProducts } from "../fit/missing.ts";
import { fourthMoments } from "./caseMoments.ts";
import type { Fitted } from "./fitted.ts";
import { exogenousIndices } from "./logLikelihood.ts";

/** Γ of group g from its cases. Throws DataError where only matrices were given. */
export function sampleFourthMoments(fitted: Fitted, g: number): Float64Array {
  const table = fitted.cases?.[g];
  if (!table) {
    throw new DataError(
      `${fitted.settings.estimator} needs the raw data: robust statistics use fourth moments.`,
      "Give the cases instead of a covariance matrix, or use estimator ML.",
    );
  }
  const { meanStructure } = fitted.problem.model;
  return fourthMoments(table, meanStructure, exogenousIndices(fitted.problem, g));
}

/** V (Γ + r rᵀ) V with V = V(Σ̂), r = s − σ: the mean outer product of the cases' scores by the moments at θ̂. */
export function firstOrderWeight(fitted: Fitted, state: GroupState, g: number): Float64Array {
  const { k, inverse, moments, sigma, mu, meanStructure } = state;
  const group = fitted.incomplete?.[g];
  if (group) return incompleteScoreProducts(group.table, group.patterns, sigma, mu);
  const gamma = sampleFourthMoments(fitted, g);
  const sample = momentVector(moments.covariance, meanStructure ? moments.mean : undefined, k);
  const implied = momentVector(sigma, meanStructure ? mu : undefined, k);
  const m = sample.length;
  const residual = sample.map((value, a) => value - implied[a]!);
  const middle = gamma.map((value, i) => value + residual[Math.floor(i / m)]! * residual[i % m]!);
  const v = expectedWeight(inverse, k, meanStructure);
  return multiply(multiply(v, middle, m, m, m), v, m, m, m);
}

/** M of the sandwich E⁻¹ M E⁻¹: Σ_g (n_g/N) Δᵀ V Γ V Δ, with the weights V of the estimator. */
export function satorraBentlerMeat(fitted: Fitted, weights: readonly Float64Array[]): Float64Array {
  const t = fitted.theta.length;
  const out = new Float64Array(t * t);
  fitted.states.forEach((state, g) => {
    const v = weights[g]!;
    const m = Math.sqrt(v.length);
    const gamma = sampleFourthMoments(fitted, g);
    const middle = multiply(multiply(v, gamma, m, m, m), v, m, m, m);
    addQuadraticForm(momentJacobian(state, t), middle, t, state.weight, out);
  });
  return out;
}
