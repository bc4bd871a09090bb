import type { Moments } from "../../../data/moments.ts";
import { cholesky, inverseFromCholesky } from "../linalg.ts";
import type { Discrepancy } from "./discrepancy.ts";
import { sampleFactor } from "./sample.ts";

/**
 * Bhattacharyya distance D = ½ ln(|(Σ+S)/2| / √(|Σ||S|)), ∂D/∂Σ = ½(Σ+S)⁻¹ − ¼Σ⁻¹;
 * shared by the two discrepancies that are functions of it.
 */
class BhattacharyyaDistance {
  private readonly k: number;
  private readonly logDeterminant: number;
  private readonly sum: Float64Array;
  private readonly factor: Float64Array;
  private readonly scratch: Float64Array;
  private readonly sumInverse: Float64Array;

  constructor(private readonly moments: Moments) {
    this.k = moments.names.length;
    const size = this.k * this.k;
    this.logDeterminant = sampleFactor(moments).logDeterminant;
    this.sum = new Float64Array(size);
    this.factor = new Float64Array(size);
    this.scratch = new Float64Array(size);
    this.sumInverse = new Float64Array(size);
  }

  evaluate(sigma: Float64Array, g: Float64Array): number {
    const { k, sum, factor, scratch, sumInverse } = this;
    for (let i = 0; i < k * k; i++) sum[i] = sigma[i]! + this.moments.covariance[i]!;
    const sumLogDeterminant = cholesky(sum, k, factor) - k * Math.LN2;
    inverseFromCholesky(factor, k, sumInverse, scratch);
    const sigmaLogDeterminant = cholesky(sigma, k, factor);
    if (Number.isNaN(sumLogDeterminant) || Number.isNaN(sigmaLogDeterminant)) return NaN;
    inverseFromCholesky(factor, k, g, scratch);
    for (let i = 0; i < k * k; i++) g[i] = 0.5 * sumInverse[i]! - 0.25 * g[i]!;
    return 0.5 * sumLogDeterminant - 0.25 * (sigmaLogDeterminant + this.logDeterminant);
  }
}

/** F = ½ ln(|(Σ+S)/2| / √(|Σ||S|)). */
export class Bhattacharyya implements Discrepancy {
  private readonly distance: BhattacharyyaDistance;
  constructor(moments: Moments) {
    this.distance = new BhattacharyyaDistance(moments);
  }
  evaluate(sigma: Float64Array, _mu: Float64Array | undefined, g: Float64Array): number {
    return this.distance.evaluate(sigma, g);
  }
}

/** F = 1 − |Σ|^¼ |S|^¼ / |(Σ+S)/2|^½ = 1 − e^(−D) with Bhattacharyya's D, so ∂F = (1 − F) ∂D. */
export class SquaredHellinger implements Discrepancy {
  private readonly distance: BhattacharyyaDistance;
  constructor(moments: Moments) {
    this.distance = new BhattacharyyaDistance(moments);
  }
  evaluate(sigma: Float64Array, _mu: Float64Array | undefined, g: Float64Array): number {
    const distance = this.distance.evaluate(sigma, g);
    const overlap = Math.exp(-distance);
    for (let i = 0; i < g.length; i++) g[i] = overlap * g[i]!;
    return -Math.expm1(-distance);
  }
}
