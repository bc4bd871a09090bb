import type { Moments } from "../data/moments.ts";
import { dot, multiply } from "../engine/cpu/linalg.ts";
import type { MomentDiscrepancy } from "./momentObjective.ts";
import { momentVector } from "./momentSpace.ts";

/**
 * F = (s − σ)ᵀ V (s − σ) of one group, s and σ being sample and implied moments and V their m×m weight
 * (Browne 1984): gradient −2V(s − σ), curvature 2V. Σ need not be positive definite.
 */
export function weightedLeastSquares(
  moments: Moments,
  weight: Float64Array,
  withMeans: boolean,
): MomentDiscrepancy {
  const k = moments.names.length;
  const sample = momentVector(moments.covariance, withMeans ? moments.mean : undefined, k);
  const m = sample.length;
  return ({ sigma, mu }) => {
    const implied = momentVector(sigma, withMeans ? mu : undefined, k);
    const residual = sample.map((value, a) => value - implied[a]!);
    const weighted = multiply(weight, residual, m, m, 1);
    return {
      value: dot(weighted, 0, residual, 0, m),
      gradient: weighted.map((value) => -2 * value),
      curvature: () => weight.map((value) => 2 * value),
    };
  };
}
