import { momentCount } from "../data/moments.ts";
import { dot, invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
import { type GroupState, likelihoodTarget } from "../fit/groupState.ts";
import type { Fitted } from "./fitted.ts";
import { likelihoodDiscrepancy } from "./logLikelihood.ts";

/** F of each group at θ̂ by the estimator's own discrepancy; NaN where Σ̂ is not positive definite. */
export function groupDiscrepancies({ states, discrepancies, settings }: Fitted): number[] {
  return states.map((state, g) => {
    if (discrepancies) return discrepancies[g]!(state)?.value ?? NaN;
    return settings.family === "GLS" ? generalized(state) : likelihoodDiscrepancy(state);
  });
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

/** ∂F_g by the moments (μ, vech Σ) of each group at θ̂. */
export function groupGradients({ states, discrepancies, settings }: Fitted): Float64Array[] {
  return states.map((state, g) => {
    if (discrepancies) return discrepancies[g]!(state)!.gradient;
    return settings.family === "GLS" ? generalizedGradient(state) : likelihoodGradient(state);
  });
}

/** G = W − WTW and −2Wd. */
function likelihoodGradient(state: GroupState): Float64Array {
  const { k, inverse: w } = state;
  const { second, deviation } = likelihoodTarget(state);
  const product = multiply(multiply(w, second, k, k, k), w, k, k, k);
  const g = w.map((value, i) => value - product[i]!);
  return stackGradient(state, g, multiply(w, deviation, k, k, 1));
}

/** G = W(Σ − S)W and −2Wd with W = S⁻¹. */
function generalizedGradient(state: GroupState): Float64Array {
  const { k, sigma, moments } = state;
  const w = invertPositiveDefinite(moments.covariance, k)!.inverse;
  const residual = sigma.map((value, i) => value - moments.covariance[i]!);
  const g = multiply(multiply(w, residual, k, k, k), w, k, k, k);
  return stackGradient(state, g, multiply(w, likelihoodTarget(state).deviation, k, k, 1));
}

function stackGradient({ k, meanStructure }: GroupState, g: Float64Array, wd: Float64Array): Float64Array {
  const out = new Float64Array(momentCount(k, meanStructure));
  let a = 0;
  if (meanStructure) for (; a < k; a++) out[a] = -2 * wd[a]!;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) out[a++] = i === j ? g[i * k + i]! : 2 * g[i * k + j]!;
  }
  return out;
}
