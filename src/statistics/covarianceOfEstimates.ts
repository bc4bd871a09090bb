import { multiply, symmetricProduct } from "../engine/cpu/linalg.ts";
import { inverseFactor } from "../fit/informationAlgebra.ts";
import { type EstimateVariance, factoredVariance, fullVariance } from "./estimateVariance.ts";
import type { Fitted } from "./fitted.ts";
import { unitInformation } from "./information.ts";
import { invertUnit } from "./invertUnit.ts";

/** Covariance matrix of the estimates, and the inverse unit information (t×t) it comes from, computed when asked for. */
export interface EstimateCovariance {
  readonly variance: EstimateVariance;
  readonly unitInverse: () => Float64Array;
}

/**
 * V = E⁻¹/N, or robust to non-normality the sandwich E⁻¹ M E⁻¹/N: M = Σ(n_g/N) ΔᵀVΓVΔ (robust.sem, Satorra and Bentler
 * 1994) or the mean outer product of casewise scores (robust.huber.white). `undefined` where E is singular: the model
 * is not identified at θ̂.
 */
export async function covarianceOfEstimates(fitted: Fitted): Promise<EstimateCovariance | undefined> {
  const { settings, theta, multiplier, constraints } = fitted;
  const t = theta.length;
  const information = await unitInformation(fitted, settings.information);
  if (settings.se === "standard" && constraints.length === 0) {
    const factor = information && inverseFactor(information, t);
    if (!factor) return undefined;
    return {
      variance: factoredVariance(factor, t, 1 / multiplier),
      unitInverse: () => symmetricProduct(factor, factor, t, t),
    };
  }
  const unitInverse = invertUnit(fitted, information);
  if (!unitInverse) return undefined;
  // Fetched only where it is needed.
  const { robustMeat } = settings.se === "standard" ? {} : await import("./otherEstimators.ts");
  const meat = robustMeat?.(fitted);
  const sandwich = meat ? multiply(multiply(unitInverse, meat, t, t, t), unitInverse, t, t, t) : unitInverse;
  const matrix = sandwich.map((value) => value / multiplier);
  return { variance: fullVariance(matrix, t), unitInverse: () => unitInverse };
}
