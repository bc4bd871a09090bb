import { OptionError } from "../../errors.ts";
import { normalQuantile } from "../../statistics/distributions.ts";
import type { WeightedModel } from "../weighted.ts";
import { pathEffect, type EffectQuery } from "./pathEffects.ts";

/** An effect with its uncertainty. */
export interface EffectEstimate {
  readonly estimate: number;
  readonly standardError: number;
  readonly ciLower: number;
  readonly ciUpper: number;
}

/**
 * Delta method: the variance of an effect is gᵀ V g with g = ∂ effect / ∂θ and V the covariance matrix of the
 * estimates (m×m row-major); the interval is estimate ± z · √(gᵀVg).
 * Throws OptionError where V has the wrong size or `level` is not between 0 and 1.
 */
export function deltaInterval(
  weighted: WeightedModel,
  query: EffectQuery,
  covariance: Float64Array,
  level = 0.95,
): EffectEstimate {
  const { estimate, gradient } = pathEffect(weighted, query);
  const m = gradient.length;
  if (covariance.length !== m * m) {
    throw new OptionError(
      `The covariance matrix of the estimates has ${covariance.length} entries for ${m} parameters.`,
      `Pass the ${m}×${m} matrix of the fit these values come from.`,
    );
  }
  requireLevel(level);
  let variance = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) variance += gradient[i]! * covariance[i * m + j]! * gradient[j]!;
  }
  const standardError = Math.sqrt(variance);
  const margin = normalQuantile(0.5 + level / 2) * standardError;
  return { estimate, standardError, ciLower: estimate - margin, ciUpper: estimate + margin };
}

/**
 * Percentile bootstrap: the effect is computed in every replicate (rows of estimates θ*), the interval runs
 * between the empirical (1 ± level)/2 quantiles (type 7, as R's `quantile`).
 * Throws OptionError for fewer than two replicates or a `level` that is not between 0 and 1.
 */
export function bootstrapInterval(
  weighted: WeightedModel,
  query: EffectQuery,
  replicates: readonly Float64Array[],
  level = 0.95,
): EffectEstimate {
  requireLevel(level);
  if (replicates.length < 2) {
    throw new OptionError("An interval needs at least two replicates.", "Run a bootstrap of 1,000 or more.");
  }
  const { structure } = weighted;
  const values = Float64Array.from(replicates, (theta) => pathEffect({ structure, theta }, query).estimate);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  values.sort();
  return {
    estimate: pathEffect(weighted, query).estimate,
    standardError: Math.sqrt(squares / (values.length - 1)),
    ciLower: quantile(values, (1 - level) / 2),
    ciUpper: quantile(values, (1 + level) / 2),
  };
}

function quantile(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

function requireLevel(level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new OptionError(
      `The confidence level is ${level}.`,
      "Give a level between 0 and 1, for example 0.95.",
    );
  }
}
