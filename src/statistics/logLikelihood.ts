import { cholesky, dot, invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import type { Problem } from "../engine/engine.ts";
import { type GroupState, likelihoodTarget } from "../fit/groupState.ts";

/**
 * ln L = −½ Σ_g n_g (k ln 2π + ln|S_g| + k + F_g) of maximum likelihood, F_total = Σ_g (n_g / N) F_g.
 * Under `fixed.x` the part of the exogenous covariates is left out, as the model says nothing about them.
 */
export function logLikelihood(problem: Problem, value: number): number {
  let total = 0;
  let observations = 0;
  problem.moments.forEach(({ n, covariance, names }, g) => {
    const k = names.length;
    const exogenous = exogenousIndices(problem, g);
    const sub = new Float64Array(exogenous.length ** 2);
    exogenous.forEach((row, i) => {
      exogenous.forEach((column, j) => (sub[i * exogenous.length + j] = covariance[row * k + column]!));
    });
    total += -0.5 * n * gaussianConstant(covariance, k);
    if (exogenous.length > 0) total += 0.5 * n * gaussianConstant(sub, exogenous.length);
    observations += n;
  });
  return total - 0.5 * observations * value;
}

/** k ln 2π + ln|S| + k. */
function gaussianConstant(covariance: Float64Array, k: number): number {
  return k * Math.log(2 * Math.PI) + cholesky(covariance, k, new Float64Array(k * k)) + k;
}

/** Positions, among the moments' variables, of the exogenous covariates of group g. */
export function exogenousIndices(problem: Problem, g: number): number[] {
  const names = new Set(
    problem.model.rows.flatMap((row) => (row.exogenous && row.op === "~~" ? [row.lhs, row.rhs] : [])),
  );
  return problem.moments[g]!.names.flatMap((name, index) => (names.has(name) ? [index] : []));
}

/** ln|Σ| + tr(TΣ⁻¹) − ln|S| − k with T = S + dᵀd. */
export function likelihoodDiscrepancy(state: GroupState): number {
  const { k, moments, inverse, logDeterminant } = state;
  const sample = invertPositiveDefinite(moments.covariance, k);
  if (!sample) return NaN;
  const { second } = likelihoodTarget(state);
  return logDeterminant + dot(second, 0, inverse, 0, k * k) - sample.logDeterminant - k;
}
