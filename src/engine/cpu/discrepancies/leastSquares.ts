import type { Moments } from "../../../data/moments.ts";
import { dot, symmetricSandwich } from "../linalg.ts";
import type { Discrepancy } from "./discrepancy.ts";
import { sampleFactor } from "./sample.ts";

/**
 * F = ½ tr[(W (S − Σ))²] + d W dᵀ,   G = W (Σ − S) W,   ∂F/∂μ = −2 W d,   d = m − μ
 *
 * W = S⁻¹ is generalised least squares, W = I unweighted least squares. Neither needs Σ to be positive definite.
 */
export class LeastSquares implements Discrepancy {
  private readonly k: number;
  private readonly weight: Float64Array;
  private readonly residual: Float64Array;
  private readonly scratch: Float64Array;
  private readonly deviation: Float64Array;

  constructor(
    private readonly moments: Moments,
    kind: "generalized" | "unweighted",
  ) {
    const k = moments.names.length;
    this.k = k;
    this.weight = kind === "generalized" ? sampleFactor(moments).inverse : identity(k);
    this.residual = new Float64Array(k * k);
    this.scratch = new Float64Array(k * k);
    this.deviation = new Float64Array(k);
  }

  evaluate(sigma: Float64Array, mu: Float64Array | undefined, g: Float64Array, gMean: Float64Array): number {
    const { k, residual, deviation, weight } = this;
    for (let i = 0; i < k * k; i++) residual[i] = sigma[i]! - this.moments.covariance[i]!;
    symmetricSandwich(weight, residual, k, this.scratch, g);
    let value = 0.5 * dot(g, 0, residual, 0, k * k);
    if (mu !== undefined) {
      for (let i = 0; i < k; i++) deviation[i] = this.moments.mean![i]! - mu[i]!;
      for (let i = 0; i < k; i++) gMean[i] = -2 * dot(weight, i * k, deviation, 0, k);
      value -= 0.5 * dot(gMean, 0, deviation, 0, k);
    }
    return value;
  }
}

function identity(k: number): Float64Array {
  const matrix = new Float64Array(k * k);
  for (let i = 0; i < k; i++) matrix[i * k + i] = 1;
  return matrix;
}
