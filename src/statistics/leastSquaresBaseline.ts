import type { Moments } from "../data/moments.ts";
import { dot, invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { momentVector } from "../fit/momentSpace.ts";
import type { Model } from "../model/model.ts";
import { baselineDegrees, baselineGroup, covariateIndices } from "./baseline.ts";
import type { Test } from "./incrementalFit.ts";

/**
 * Least squares: χ²₀ = Σ_g (n_g − lost) min (s − Δ₀x)ᵀV(s − Δ₀x) over the free (co)variances (and means) x, a linear
 * problem. `weights` are the V of the estimator, m×m.
 */
export function leastSquaresBaseline(
  model: Model,
  moments: readonly Moments[],
  weights: readonly Float64Array[],
  lost: 0 | 1,
): Test {
  const chisq = moments.reduce((sum, group, g) => {
    const k = group.names.length;
    const { free } = baselineGroup(group, covariateIndices(model, g, group.names));
    const s = momentVector(group.covariance, model.meanStructure ? group.mean : undefined, k);
    const offset = model.meanStructure ? k : 0;
    const index = [
      ...Array.from({ length: offset }, (_, i) => i),
      ...free.map(([i, j]) => offset + (j * (j + 1)) / 2 + i),
    ];
    return sum + (group.n - lost) * residualOfRegression(s, weights[g]!, index);
  }, 0);
  return { chisq, df: baselineDegrees(model, moments) };
}

/** min_x (s − E x)ᵀ V (s − E x) where the columns of E are the unit vectors `index`. */
function residualOfRegression(s: Float64Array, v: Float64Array, index: readonly number[]): number {
  const m = s.length;
  const f = index.length;
  const vs = multiply(v, s, m, m, 1);
  const inverse = invertPositiveDefinite(submatrix(v, m, index), f)!.inverse;
  const right = Float64Array.from(index, (a) => vs[a]!);
  return dot(s, 0, vs, 0, m) - dot(right, 0, multiply(inverse, right, f, f, 1), 0, f);
}
