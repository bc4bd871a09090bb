import type { Moments } from "../../../data/moments.ts";
import { addScaled, cholesky, dot, inverseFromCholesky, symmetricSandwich } from "../linalg.ts";
import type { Discrepancy } from "./discrepancy.ts";
import { sampleFactor } from "./sample.ts";

/**
 * F = ln|Σ| + tr(S Σ⁻¹) − ln|S| − k + d Σ⁻¹ dᵀ,   d = m − μ
 * G = Σ⁻¹ − Σ⁻¹ (S + dᵀd) Σ⁻¹,   ∂F/∂μ = −2 Σ⁻¹ d
 *
 * Twice the Kullback–Leibler divergence of the model from the sample; its minimum is the maximum-likelihood estimate.
 */
export class MaximumLikelihood implements Discrepancy {
  private readonly k: number;
  private readonly logDeterminant: number;
  private readonly factor: Float64Array;
  private readonly inverse: Float64Array;
  private readonly scratch: Float64Array;
  private readonly target: Float64Array;
  private readonly deviation: Float64Array;

  constructor(private readonly moments: Moments) {
    this.k = moments.names.length;
    this.logDeterminant = sampleFactor(moments).logDeterminant;
    const size = this.k * this.k;
    this.factor = new Float64Array(size);
    this.inverse = new Float64Array(size);
    this.scratch = new Float64Array(size);
    this.target = Float64Array.from(moments.covariance);
    this.deviation = new Float64Array(this.k);
  }

  evaluate(sigma: Float64Array, mu: Float64Array | undefined, g: Float64Array, gMean: Float64Array): number {
    const { k, inverse, scratch } = this;
    const logDeterminant = cholesky(sigma, k, this.factor);
    if (Number.isNaN(logDeterminant)) return NaN;
    inverseFromCholesky(this.factor, k, inverse, scratch);
    if (mu !== undefined) this.addMeanDeviation(mu, gMean);
    const trace = dot(this.target, 0, inverse, 0, k * k);
    symmetricSandwich(inverse, this.target, k, scratch, g);
    for (let i = 0; i < k * k; i++) g[i] = inverse[i]! - g[i]!;
    return logDeterminant + trace - this.logDeterminant - k;
  }

  /** Puts S + dᵀd into `target` (which carries the d Σ⁻¹ dᵀ term through trace and gradient), ∂F/∂μ into `gMean`. */
  private addMeanDeviation(mu: Float64Array, gMean: Float64Array): void {
    const { k, deviation, target, inverse, moments } = this;
    for (let i = 0; i < k; i++) deviation[i] = moments.mean![i]! - mu[i]!;
    target.set(moments.covariance);
    for (let i = 0; i < k; i++) addScaled(deviation[i]!, deviation, 0, target, i * k, k);
    for (let i = 0; i < k; i++) gMean[i] = -2 * dot(inverse, i * k, deviation, 0, k);
  }
}
