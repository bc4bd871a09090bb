import { addToGradient, type CompiledStructure } from "./compiled.ts";
import { addScaled, dot } from "./linalg.ts";
import { backpropagateColumns, backpropagateRows, propagateRows } from "./recursions.ts";
import type { MomentMethod } from "./momentMethod.ts";

/**
 * Covariance method (DESIGN, "Forward and backward"): propagates second moments along the edges.
 *
 *     X = Ψ Λ (I − B)⁻¹,   Σ[c, r] = Σ_a B_ac Σ[a, r] + Σ_l Λ_lc X[l, r]   for r before c
 *     J = (I − B)⁻¹ G,     ∂F/∂B_ac = 2 Σ[a, ·] J[c, ·],   ∂F/∂Λ_lc = 2 X[l, ·] J[c, ·]
 *     K = J (I − B)⁻ᵀ,     ∂F/∂Ψ = Λ K Λᵀ
 *
 * Cost (q + p) · edges multiply-adds each way.
 */
export class CovarianceMethod implements MomentMethod {
  readonly sigma: Float64Array;
  private readonly cross: Float64Array;
  private readonly adjoint: Float64Array;
  private readonly hasFreeCovariances: boolean;

  constructor(private readonly c: CompiledStructure) {
    this.sigma = new Float64Array(c.p * c.p);
    this.cross = new Float64Array(c.q * c.p);
    this.adjoint = new Float64Array(c.p * c.p);
    this.hasFreeCovariances = c.covariances.parameter.some((parameter) => parameter >= 0);
  }

  forward(): void {
    this.forwardCross();
    const { p, loadings, paths, causesOf, loadingsOfVariable } = this.c;
    const { sigma, cross } = this;
    for (let child = 0; child < p; child++) {
      const row = child * p;
      sigma.fill(0, row, row + child);
      for (let i = causesOf.start[child]!; i < causesOf.start[child + 1]!; i++) {
        const e = causesOf.entry[i]!;
        addScaled(paths.value[e]!, sigma, paths.row[e]! * p, sigma, row, child);
      }
      let variance = 0;
      for (let i = loadingsOfVariable.start[child]!; i < loadingsOfVariable.start[child + 1]!; i++) {
        const e = loadingsOfVariable.entry[i]!;
        addScaled(loadings.value[e]!, cross, loadings.row[e]! * p, sigma, row, child);
        variance += loadings.value[e]! * cross[loadings.row[e]! * p + child]!;
      }
      for (let i = causesOf.start[child]!; i < causesOf.start[child + 1]!; i++) {
        const e = causesOf.entry[i]!;
        variance += paths.value[e]! * sigma[row + paths.row[e]!]!;
      }
      for (let r = 0; r < child; r++) sigma[r * p + child] = sigma[row + r]!;
      sigma[row + child] = variance;
    }
  }

  backward(g: Float64Array, gradient: Float64Array): void {
    const { p, loadings, paths } = this.c;
    const { sigma, cross, adjoint } = this;
    adjoint.set(g);
    backpropagateColumns(this.c, adjoint, p);
    for (let e = 0; e < paths.count; e++) {
      if (paths.parameter[e]! < 0) continue;
      const derivative = 2 * dot(sigma, paths.row[e]! * p, adjoint, paths.column[e]! * p, p);
      addToGradient(paths, e, derivative, gradient);
    }
    for (let e = 0; e < loadings.count; e++) {
      if (loadings.parameter[e]! < 0) continue;
      const derivative = 2 * dot(cross, loadings.row[e]! * p, adjoint, loadings.column[e]! * p, p);
      addToGradient(loadings, e, derivative, gradient);
    }
    if (this.hasFreeCovariances) {
      backpropagateRows(this.c, adjoint, p);
      addCovarianceGradient(this.c, adjoint, gradient);
    }
  }

  private forwardCross(): void {
    const { p, q, covariances } = this.c;
    this.cross.fill(0);
    for (let e = 0; e < covariances.count; e++) {
      const l = covariances.row[e]!;
      const m = covariances.column[e]!;
      this.addLoadings(l, m, covariances.value[e]!, p);
      if (l !== m) this.addLoadings(m, l, covariances.value[e]!, p);
    }
    propagateRows(this.c, this.cross, q);
  }

  /** X[target, ·] += scale · Λ[source, ·]. */
  private addLoadings(target: number, source: number, scale: number, p: number): void {
    const { loadings, loadingsOfSource } = this.c;
    for (let i = loadingsOfSource.start[source]!; i < loadingsOfSource.start[source + 1]!; i++) {
      const e = loadingsOfSource.entry[i]!;
      this.cross[target * p + loadings.column[e]!]! += scale * loadings.value[e]!;
    }
  }
}

/** ∂F/∂Ψ_lm = Σ_{c,d} Λ_lc Λ_md K[c, d]; an off-diagonal entry stands at two places of Ψ. */
export function addCovarianceGradient(c: CompiledStructure, k: Float64Array, gradient: Float64Array): void {
  const { covariances, loadings, loadingsOfSource, p } = c;
  for (let e = 0; e < covariances.count; e++) {
    if (covariances.parameter[e]! < 0) continue;
    const l = covariances.row[e]!;
    const m = covariances.column[e]!;
    let sum = 0;
    for (let i = loadingsOfSource.start[l]!; i < loadingsOfSource.start[l + 1]!; i++) {
      const left = loadingsOfSource.entry[i]!;
      for (let j = loadingsOfSource.start[m]!; j < loadingsOfSource.start[m + 1]!; j++) {
        const right = loadingsOfSource.entry[j]!;
        const weight = loadings.value[left]! * loadings.value[right]!;
        sum += weight * k[loadings.column[left]! * p + loadings.column[right]!]!;
      }
    }
    addToGradient(covariances, e, l === m ? sum : 2 * sum, gradient);
  }
}
