import type { LinearAlgebra, Slot, Status, Work } from "./algebra.ts";
import { cholesky } from "./cholesky.ts";
import { combine } from "./combine.ts";
import { triangularInverse } from "./inverse.ts";
import { multiply } from "./multiply.ts";
import { likelihoodLoss } from "./reduce.ts";
import { matrixView, shaped, transposed, type MatrixView } from "./view.ts";

export interface MaximumLikelihood {
  /** Σ, n×n; its lower triangle is read, and kept. */
  readonly covariance: MatrixView;
  /** C with S = CCᵀ, n×n, lower triangle; best factored in float64. Positive diagonal, or the loss has no meaning. */
  readonly sampleFactor: MatrixView;
  /** G = ∂F/∂Σ, n×n and exactly symmetric; its rows are contiguous (row step n) and the buffer its own. */
  readonly gradient: MatrixView;
  /** Two buffers of n² floats or more. */
  readonly workspace: readonly [GPUBuffer, GPUBuffer];
  readonly loss: Slot;
  readonly status: Status;
}

/**
 * F = ln|Σ| + tr(SΣ⁻¹) − ln|S| − n and G = Σ⁻¹ − Σ⁻¹SΣ⁻¹ of the maximum-likelihood discrepancy:
 *   Σ = LLᵀ,   X = L⁻¹,   T = XC,   F = tr(TTᵀ) − ln|TTᵀ| − n,   G = Xᵀ(I − TTᵀ)X
 * 4n³/3 multiply-adds instead of the 2n³ of the textbook order, because all but one product has two triangles among
 * its three matrices. And near the optimum, where TTᵀ → I, nothing cancels: the subtraction is made on the
 * scale of 1, before X can amplify its rounding. Where Σ is not positive definite, neither loss nor gradient is written.
 */
export function maximumLikelihood(algebra: LinearAlgebra, discrepancy: MaximumLikelihood): Work[] {
  const { covariance, sampleFactor, gradient, workspace, loss, status } = discrepancy;
  const n = covariance.rows;
  const factor = matrixView(workspace[0], n, n);
  const inverse = matrixView(workspace[1], n, n);
  const lowerInverse = shaped(inverse, "lower");
  // L is not needed once T exists, nor T once I − TTᵀ does: each gives its place to the next.
  const triangle = shaped(factor, "lower");
  const product = matrixView(workspace[0], n, n);
  return [
    ...combine(algebra, { left: covariance, result: shaped(factor, "lower") }),
    ...cholesky(algebra, { matrix: factor, inverse, status }),
    ...triangularInverse(algebra, { factor, inverse, workspace: gradient, status }),
    ...multiply(algebra, {
      left: lowerInverse,
      right: shaped(sampleFactor, "lower"),
      result: triangle,
      status,
    }),
    ...likelihoodLoss(algebra, triangle, 1, loss, status),
    ...multiply(algebra, {
      left: triangle,
      right: transposed(triangle),
      result: gradient,
      alpha: -1,
      diagonal: 1,
      symmetric: true,
      status,
    }),
    ...multiply(algebra, { left: gradient, right: lowerInverse, result: product, status }),
    ...multiply(algebra, {
      left: transposed(lowerInverse),
      right: product,
      result: gradient,
      symmetric: true,
      status,
    }),
  ];
}
