import type { Table } from "../data/moments.ts";
import { DataError } from "../errors.ts";
import { multiply } from "../engine/cpu/linalg.ts";
import { addQuadraticForm } from "../fit/momentObjective.ts";
import { expectedWeight, momentJacobian } from "../fit/momentSpace.ts";
import type { GroupState } from "../fit/groupState.ts";
import { incompleteScoreProducts } from "../fit/missing.ts";
import { caseProducts, fourthMoments } from "./caseMoments.ts";
import type { Fitted } from "./fitted.ts";
import { exogenousIndices } from "./logLikelihood.ts";

/** Γ of group g from its cases, given its fixed covariates. Throws DataError where only matrices were given. */
export function sampleFourthMoments(fitted: Fitted, g: number): Float64Array {
  const table = requireCases(fitted, g);
  return fourthMoments(table, fitted.problem.model.meanStructure, exogenousIndices(fitted.problem, g));
}

/** The cases of group g. Throws DataError where only matrices were given. */
export function requireCases(fitted: Fitted, g: number): Table {
  const table = fitted.cases?.[g];
  if (!table) {
    throw new DataError(
      `${fitted.settings.estimator} needs the raw data: robust statistics use fourth moments.`,
      "Give the cases instead of a covariance matrix, or use estimator ML.",
    );
  }
  return table;
}

/** The mean outer product of the cases' scores by the moments at (μ, Σ), m×m; `inverse` is Σ⁻¹. */
export function scoreProducts(
  fitted: Fitted,
  g: number,
  { sigma, mu, inverse }: Pick<GroupState, "sigma" | "mu" | "inverse">,
): Float64Array {
  const group = fitted.incomplete?.[g];
  if (group) return incompleteScoreProducts(group.table, group.patterns, sigma, mu);
  const { meanStructure } = fitted.problem.model;
  const v = expectedWeight(inverse, mu.length, meanStructure);
  const middle = caseProducts(requireCases(fitted, g), sigma, mu, meanStructure);
  const m = Math.sqrt(v.length);
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
