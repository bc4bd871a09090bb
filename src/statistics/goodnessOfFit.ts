import { dot, multiply } from "../engine/cpu/linalg.ts";
import type { GroupState } from "../fit/groupState.ts";

/**
 * GFI (Jöreskog and Sörbom 1981) = 1 − r'Vr / s'Vs with s the sample moments, r their residuals and V the weight of the
 * estimator, averaged over groups. With normal-theory weight W (Σ̂⁻¹ for maximum likelihood):
 *
 *     r'Vr = ½ tr[(W(S − Σ))²] + (m − μ) W (m − μ)ᵀ,   s'Vs = ½ tr[(WS)²] + m W mᵀ
 *
 * Moments among `exogenous` covariates (fixed.x) are the sample's by assumption and do not count in s.
 */
export function normalGoodnessOfFit(
  states: readonly GroupState[],
  weights: readonly Float64Array[],
  exogenous: readonly (readonly number[])[],
): number {
  return states.reduce((sum, state, g) => {
    const { k, sigma, mu, moments, meanStructure } = state;
    const w = weights[g]!;
    const isExogenous = Array.from({ length: k }, (_, i) => exogenous[g]!.includes(i));
    const residual = moments.covariance.map((value, i) => value - sigma[i]!);
    const explained = moments.covariance.map((value, i) =>
      isExogenous[Math.floor(i / k)] && isExogenous[i % k] ? 0 : value,
    );
    let left = 0.5 * traceOfSquare(w, residual, k);
    let whole = 0.5 * traceOfSquare(w, explained, k);
    if (meanStructure) {
      const mean = moments.mean!;
      left += quadratic(
        w,
        mean.map((value, i) => value - mu[i]!),
      );
      whole += quadratic(
        w,
        mean.map((value, i) => (isExogenous[i] ? 0 : value)),
      );
    }
    return sum + state.weight * (1 - left / whole);
  }, 0);
}

function traceOfSquare(w: Float64Array, s: Float64Array, k: number): number {
  const product = multiply(w, s, k, k, k);
  let trace = 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) trace += product[i * k + j]! * product[j * k + i]!;
  }
  return trace;
}

function quadratic(w: Float64Array, x: Float64Array): number {
  return x.reduce((sum, value, i) => sum + value * dot(w, i * x.length, x, 0, x.length), 0);
}
