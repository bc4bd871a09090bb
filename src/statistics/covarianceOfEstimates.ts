import { invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
import { expectedWeight } from "../fit/momentSpace.ts";
import type { Fitted } from "./fitted.ts";
import { invertUnit, unitInformation } from "./information.ts";
import { satorraBentlerMeat } from "./robust.ts";
import { fittedGammaMeat, fittedScoreMeat } from "./scoreMeats.ts";

/** Covariance matrix of the estimates, and the inverse unit information it comes from, both t×t. */
export interface EstimateCovariance {
  readonly matrix: Float64Array;
  readonly unitInverse: Float64Array;
}

/**
 * V = E⁻¹/N, or robust to non-normality the sandwich E⁻¹ M E⁻¹/N: M = Σ(n_g/N) ΔᵀVΓVΔ (robust.sem, Satorra and Bentler
 * 1994) or the mean outer product of casewise scores (robust.huber.white). `undefined` where E is singular: the model
 * is not identified at θ̂.
 */
export function covarianceOfEstimates(fitted: Fitted): EstimateCovariance | undefined {
  const { settings, theta, multiplier } = fitted;
  const t = theta.length;
  const unitInverse = invertUnit(fitted, unitInformation(fitted, settings.information));
  if (!unitInverse) return undefined;
  const meat = robustMeat(fitted);
  const sandwich = meat ? multiply(multiply(unitInverse, meat, t, t, t), unitInverse, t, t, t) : unitInverse;
  return { matrix: sandwich.map((value) => value / multiplier), unitInverse };
}

function robustMeat(fitted: Fitted): Float64Array | undefined {
  const { settings, momentWeights } = fitted;
  if (settings.se === "robust.huber.white") return fittedScoreMeat(fitted);
  if (settings.se !== "robust.sem") return undefined;
  return momentWeights ? satorraBentlerMeat(fitted, momentWeights) : fittedGammaMeat(fitted);
}

/** V of each group: the weights of least squares, or the normal-theory weight at Σ̂ (at S for GLS). */
export function estimatorWeights({ momentWeights, states, settings }: Fitted): readonly Float64Array[] {
  if (momentWeights) return momentWeights;
  return states.map(({ inverse, k, meanStructure, moments }) => {
    const w = settings.family === "GLS" ? invertPositiveDefinite(moments.covariance, k)!.inverse : inverse;
    return expectedWeight(w, k, meanStructure);
  });
}
