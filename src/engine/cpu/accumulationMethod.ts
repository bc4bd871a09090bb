import { addToGradient, type CompiledStructure } from "./compiled.ts";
import { addScaled, dot, multiply } from "./linalg.ts";
import type { MomentMethod } from "./momentMethod.ts";
import { applySourceCovariance, backpropagateRows, denseLoadings, propagateRows } from "./recursions.ts";

/**
 * Accumulation method (DESIGN, "Forward and backward"): the total effects of every source, rows independent.
 *
 *     A = Λ (I − B)⁻¹,   X = Ψ A,   Σ_full = Aᵀ X
 *     R = 2 X G (I − B)⁻ᵀ,   ∂F/∂Λ_lc = R[l, c],   ∂F/∂B = Aᵀ R,   ∂F/∂Ψ = A G Aᵀ
 */
export class AccumulationMethod implements MomentMethod {
  readonly sigma: Float64Array;
  /** A, q×p. */
  readonly totalEffects: Float64Array;
  private readonly cross: Float64Array;
  private readonly adjoint: Float64Array;

  constructor(private readonly c: CompiledStructure) {
    this.sigma = new Float64Array(c.p * c.p);
    this.totalEffects = new Float64Array(c.q * c.p);
    this.cross = new Float64Array(c.q * c.p);
    this.adjoint = new Float64Array(c.q * c.p);
  }

  forward(): void {
    const { p, q } = this.c;
    const { sigma, totalEffects, cross } = this;
    denseLoadings(this.c, totalEffects);
    propagateRows(this.c, totalEffects, q);
    applySourceCovariance(this.c, totalEffects, cross);
    sigma.fill(0);
    for (let l = 0; l < q; l++) {
      for (let c = 0; c < p; c++) {
        const scale = totalEffects[l * p + c]!;
        if (scale !== 0) addScaled(scale, cross, l * p, sigma, c * p, c + 1);
      }
    }
    for (let c = 0; c < p; c++) for (let r = 0; r < c; r++) sigma[r * p + c] = sigma[c * p + r]!;
  }

  backward(g: Float64Array, gradient: Float64Array): void {
    const { p, q, loadings, paths, covariances } = this.c;
    const { totalEffects, adjoint } = this;
    if (covariances.parameter.some((parameter) => parameter >= 0)) {
      const product = multiply(totalEffects, g, q, p, p);
      for (let e = 0; e < covariances.count; e++) {
        const l = covariances.row[e]!;
        const m = covariances.column[e]!;
        const value = dot(product, l * p, totalEffects, m * p, p);
        addToGradient(covariances, e, l === m ? value : 2 * value, gradient);
      }
    }
    multiply(this.cross, g, q, p, p, adjoint);
    backpropagateRows(this.c, adjoint, q);
    for (let e = 0; e < loadings.count; e++) {
      addToGradient(loadings, e, 2 * adjoint[loadings.row[e]! * p + loadings.column[e]!]!, gradient);
    }
    for (let e = 0; e < paths.count; e++) {
      if (paths.parameter[e]! < 0) continue;
      let sum = 0;
      for (let l = 0; l < q; l++) {
        sum += totalEffects[l * p + paths.row[e]!]! * adjoint[l * p + paths.column[e]!]!;
      }
      addToGradient(paths, e, 2 * sum, gradient);
    }
  }
}
