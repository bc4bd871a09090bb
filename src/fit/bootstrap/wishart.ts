import type { RandomStream } from "../../engine/batch/random/philox.ts";
import { cholesky } from "../../engine/cpu/linalg.ts";

/** Draws sample moments of n normal cases with covariance Σ directly from their joint distribution. */
export class WishartSampler {
  readonly #factor: Float64Array;

  constructor(
    sigma: Float64Array,
    private readonly k: number,
  ) {
    this.#factor = new Float64Array(k * k);
    cholesky(sigma, k, this.#factor);
  }

  /**
   * S with divisor n: n S ~ Wishart(n − 1, Σ), as L A Aᵀ Lᵀ with Bartlett's lower-triangular A
   * (A_ii² ~ χ²(n − 1 − i), A_ij ~ N(0, 1); Smith and Hocking 1972, doi:10.2307/2346290).
   */
  covariance(random: RandomStream, n: number): Float64Array {
    const { k } = this;
    const bartlett = new Float64Array(k * k);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < i; j++) bartlett[i * k + j] = random.normal();
      bartlett[i * k + i] = Math.sqrt(2 * gamma(random, (n - 1 - i) / 2));
    }
    const root = new Float64Array(k * k);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let m = j; m <= i; m++) sum += this.#factor[i * k + m]! * bartlett[m * k + j]!;
        root[i * k + j] = sum;
      }
    }
    const out = new Float64Array(k * k);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let m = 0; m <= j; m++) sum += root[i * k + m]! * root[j * k + m]!;
        out[i * k + j] = out[j * k + i] = sum / n;
      }
    }
    return out;
  }

  /** The mean of n cases: N(μ, Σ / n). */
  mean(random: RandomStream, mu: Float64Array, n: number): Float64Array {
    const { k } = this;
    const normals = Float64Array.from({ length: k }, () => random.normal() / Math.sqrt(n));
    return mu.map((value, i) => {
      let sum = value;
      for (let j = 0; j <= i; j++) sum += this.#factor[i * k + j]! * normals[j]!;
      return sum;
    });
  }
}

/** A gamma number of the given shape and scale 1 (Marsaglia and Tsang 2000, doi:10.1145/358407.358414). */
function gamma(random: RandomStream, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = random.normal();
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(random.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}
