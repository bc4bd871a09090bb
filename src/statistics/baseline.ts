import type { Moments } from "../data/moments.ts";
import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import type { Model } from "../model/model.ts";
import { covariateNames } from "./covariates.ts";
import type { Test } from "./incrementalFit.ts";

/**
 * Positions, among the moments' variables, of the observed covariates of group g: causes in a regression that nothing
 * in the model explains and whose moments the user does not state. lavaan's independence model leaves them correlated,
 * whether `fixed.x` or not.
 */
export function covariateIndices(model: Model, g: number, names: readonly string[]): number[] {
  const covariates = covariateNames(model, g);
  return names.flatMap((name, index) => (covariates.has(name) ? [index] : []));
}

/** The independence model of one group, fitted: Σ₀ has the sample's variances and its covariances among covariates. */
export interface BaselineGroup {
  readonly sigma: Float64Array;
  readonly inverse: Float64Array;
  readonly logDeterminant: number;
  /** Pairs (row, column) of Σ₀ that are free, row ≤ column. */
  readonly free: readonly (readonly [number, number])[];
}

/** Fits the independence model: closed form for every discrepancy that a diagonal Σ can match on its free entries. */
export function baselineGroup(moments: Moments, covariates: readonly number[]): BaselineGroup {
  const k = moments.names.length;
  const isCovariate = new Set(covariates);
  const sigma = new Float64Array(k * k);
  const free: [number, number][] = [];
  for (let i = 0; i < k; i++) {
    for (let j = i; j < k; j++) {
      if (i !== j && !(isCovariate.has(i) && isCovariate.has(j))) continue;
      sigma[i * k + j] = moments.covariance[i * k + j]!;
      sigma[j * k + i] = sigma[i * k + j]!;
      free.push([i, j]);
    }
  }
  const inverted = invertPositiveDefinite(sigma, k)!;
  return { sigma, ...inverted, free };
}

/** Degrees of freedom of the independence model: Σ_g k(k−1)/2 − x(x−1)/2 for x covariates. */
export function baselineDegrees(model: Model, moments: readonly Moments[]): number {
  return moments.reduce((df, { names }, g) => {
    const x = covariateIndices(model, g, names).length;
    return df + (names.length * (names.length - 1)) / 2 - (x * (x - 1)) / 2;
  }, 0);
}

/** Maximum likelihood: χ²₀ = Σ_g (n_g − lost)(ln|Σ₀| − ln|S|). */
export function likelihoodBaseline(model: Model, moments: readonly Moments[], lost: 0 | 1): Test {
  const chisq = moments.reduce((sum, group, g) => {
    const { logDeterminant } = baselineGroup(group, covariateIndices(model, g, group.names));
    const sample = invertPositiveDefinite(group.covariance, group.names.length)!;
    return sum + (group.n - lost) * (logDeterminant - sample.logDeterminant);
  }, 0);
  return { chisq, df: baselineDegrees(model, moments) };
}
