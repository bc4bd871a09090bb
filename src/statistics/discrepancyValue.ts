import { dot, invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
import type { GroupState } from "../fit/groupState.ts";
import { likelihoodTarget } from "../fit/momentSpace.ts";
import type { Fitted } from "./fitted.ts";

/** F of each group at θ̂ by the estimator's own discrepancy; NaN where Σ̂ is not positive definite. */
export function groupDiscrepancies({ states, discrepancies, settings }: Fitted): number[] {
  return states.map((state, g) => {
    if (discrepancies) return discrepancies[g]!(state)?.value ?? NaN;
    return settings.family === "GLS" ? generalized(state) : likelihood(state);
  });
}

/** ln|Σ| + tr(TΣ⁻¹) − ln|S| − k with T = S + dᵀd. */
function likelihood(state: GroupState): number {
  const { k, moments, inverse, logDeterminant } = state;
  const sample = invertPositiveDefinite(moments.covariance, k);
  if (!sample) return NaN;
  const { second } = likelihoodTarget(state);
  return logDeterminant + dot(second, 0, inverse, 0, k * k) - sample.logDeterminant - k;
}

/** ½ tr[(S⁻¹(S − Σ))²] + d S⁻¹ dᵀ. */
function generalized(state: GroupState): number {
  const { k, moments, sigma } = state;
  const w = invertPositiveDefinite(moments.covariance, k)!.inverse;
  const residual = moments.covariance.map((value, i) => value - sigma[i]!);
  const product = multiply(w, residual, k, k, k);
  let value = 0;
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) value += 0.5 * product[i * k + j]! * product[j * k + i]!;
  const { deviation } = likelihoodTarget(state);
  return value + dot(multiply(w, deviation, k, k, 1), 0, deviation, 0, k);
}
