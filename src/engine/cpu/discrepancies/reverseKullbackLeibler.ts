import type { Moments } from "../../../data/moments.ts";
import { cholesky, dot, inverseFromCholesky } from "../linalg.ts";
import type { Discrepancy } from "./discrepancy.ts";
import { sampleFactor } from "./sample.ts";

/** F = ½ (tr(S⁻¹Σ) − ln|Σ| + ln|S| − k),   G = ½ (S⁻¹ − Σ⁻¹): KL(model‖sample), what the reference minimises. */
export class ReverseKullbackLeibler implements Discrepancy {
  private readonly k: number;
  private readonly sample: { inverse: Float64Array; logDeterminant: number };
  private readonly factor: Float64Array;
  private readonly scratch: Float64Array;

  constructor(moments: Moments) {
    this.k = moments.names.length;
    this.sample = sampleFactor(moments);
    this.factor = new Float64Array(this.k * this.k);
    this.scratch = new Float64Array(this.k * this.k);
  }

  evaluate(sigma: Float64Array, _mu: Float64Array | undefined, g: Float64Array): number {
    const { k, sample } = this;
    const logDeterminant = cholesky(sigma, k, this.factor);
    if (Number.isNaN(logDeterminant)) return NaN;
    inverseFromCholesky(this.factor, k, g, this.scratch);
    for (let i = 0; i < k * k; i++) g[i] = 0.5 * (sample.inverse[i]! - g[i]!);
    const trace = dot(sample.inverse, 0, sigma, 0, k * k);
    return 0.5 * (trace - logDeterminant + sample.logDeterminant - k);
  }
}
