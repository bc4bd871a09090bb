import type { Problem } from "../../src/engine/engine.ts";
import { parseModel } from "../../src/model/parseModel.ts";

export interface IllConditioned {
  readonly problem: Problem;
  /** Of the correlation matrix S, largest over smallest eigenvalue as built. */
  readonly condition: number;
}

/**
 * Two correlated factors with four indicators each whose error variances shrink until S has the wanted condition
 * number: indicators become copies of their factor (near-collinear, near-Heywood).
 * S = Σ(truth) with each covariance multiplied by 1 ± ε/20 (ε the error variance), so that the model does not fit exactly.
 */
export function illConditionedProblem(condition: number): IllConditioned {
  const indicators = 8;
  // The largest eigenvalue of such a correlation matrix is near 4·1.3, the smallest is ε.
  const error = 5.2 / condition;
  const loading = Math.sqrt(Math.max(0, 1 - error));
  const covariance = new Float64Array(indicators * indicators);
  for (let i = 0; i < indicators; i++) {
    for (let j = 0; j <= i; j++) {
      const sameFactor = Math.floor(i / 4) === Math.floor(j / 4);
      const common = loading * loading * (sameFactor ? 1 : 0.3);
      const misfit = 1 + (((i + j) % 3) - 1) * (error / 20);
      const value = i === j ? 1 : common * misfit;
      covariance[i * indicators + j] = value;
      covariance[j * indicators + i] = value;
    }
  }
  const names = Array.from({ length: indicators }, (_, i) => `x${i + 1}`);
  const model = parseModel("f =~ x1 + x2 + x3 + x4\ng =~ x5 + x6 + x7 + x8", { as: "cfa", stdLv: true });
  const moments = [{ names, n: 500, covariance, mean: undefined }];
  return { problem: { model, moments, discrepancy: "maximumLikelihood" }, condition };
}
