import type { GroupState } from "../fit/groupState.ts";

/** The root-mean-square-residual family of lavaan's `fitMeasures`. */
export interface ResidualMeasures {
  readonly rmr: number;
  readonly rmr_nomean: number;
  readonly srmr: number;
  readonly srmr_bentler: number;
  readonly srmr_bentler_nomean: number;
  readonly crmr: number;
  readonly crmr_nomean: number;
  readonly srmr_mplus: number;
  readonly srmr_mplus_nomean: number;
}

/** Sums of squares of one kind of residual over variances, covariances and means. */
interface Squares {
  variances: number;
  covariances: number;
  means: number;
}

/**
 * Root mean squares of three residuals, averaged over groups with weights n_g / N:
 *
 *     RMR   s_ij − σ_ij                                m − μ
 *     SRMR  (s_ij − σ_ij) / √(s_ii s_jj)               (m − μ) / √s_ii          (Bentler)
 *     CRMR  s_ij/√(s_ii s_jj) − σ_ij/√(σ_ii σ_jj)      (m − μ) / √s_ii          (Bollen)
 *
 * CRMR leaves the diagonal out. Mplus' SRMR takes SRMR's diagonal, CRMR's off-diagonal and m/√s_ii − μ/√σ_ii.
 */
export function residualMeasures(states: readonly GroupState[]): ResidualMeasures {
  const total = {
    rmr: 0,
    rmr_nomean: 0,
    srmr_bentler: 0,
    srmr_bentler_nomean: 0,
    crmr: 0,
    crmr_nomean: 0,
    srmr_mplus: 0,
    srmr_mplus_nomean: 0,
  };
  for (const state of states) {
    const { k, weight, meanStructure } = state;
    const { raw, standardized, correlation, mplus } = residualSquares(state);
    const pairs = (k * (k - 1)) / 2;
    const root = (variances: number, covariances: number, means: number, count: number): number =>
      weight * Math.sqrt((variances + covariances + means) / count);
    const add = (name: "rmr" | "srmr_bentler" | "crmr" | "srmr_mplus", squares: Squares): void => {
      const elements = name === "crmr" ? pairs : pairs + k;
      const variances = name === "crmr" ? 0 : squares.variances;
      const without = root(variances, squares.covariances, 0, elements);
      total[`${name}_nomean`] += without;
      total[name] += meanStructure
        ? root(variances, squares.covariances, squares.means, elements + k)
        : without;
    };
    add("rmr", raw);
    add("srmr_bentler", standardized);
    if (pairs > 0) add("crmr", correlation);
    add("srmr_mplus", mplus);
  }
  return { ...total, srmr: total.srmr_bentler };
}

function residualSquares({ k, sigma, mu, moments, meanStructure }: GroupState) {
  const s = moments.covariance;
  const none = (): Squares => ({ variances: 0, covariances: 0, means: 0 });
  const [raw, standardized, correlation, mplus] = [none(), none(), none(), none()];
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const sampleScale = Math.sqrt(s[i * k + i]! * s[j * k + j]!);
      const modelScale = Math.sqrt(sigma[i * k + i]! * sigma[j * k + j]!);
      const [observed, implied] = [s[i * k + j]!, sigma[i * k + j]!];
      const kind = i === j ? "variances" : "covariances";
      raw[kind] += (observed - implied) ** 2;
      standardized[kind] += ((observed - implied) / sampleScale) ** 2;
      correlation[kind] += (observed / sampleScale - implied / modelScale) ** 2;
    }
    if (!meanStructure) continue;
    const [observed, implied] = [moments.mean![i]!, mu[i]!];
    const [sampleDeviation, modelDeviation] = [Math.sqrt(s[i * k + i]!), Math.sqrt(sigma[i * k + i]!)];
    raw.means += (observed - implied) ** 2;
    standardized.means += ((observed - implied) / sampleDeviation) ** 2;
    correlation.means += ((observed - implied) / sampleDeviation) ** 2;
    mplus.means += (observed / sampleDeviation - implied / modelDeviation) ** 2;
  }
  mplus.variances = standardized.variances;
  mplus.covariances = correlation.covariances;
  return { raw, standardized, correlation, mplus };
}
