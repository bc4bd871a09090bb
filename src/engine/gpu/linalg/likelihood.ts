import type { LinearAlgebra, Slot, Status, Work } from "./algebra.ts";
import { cholesky } from "./cholesky.ts";
import { combine } from "./combine.ts";
import { triangularInverse } from "./inverse.ts";
import { multiply } from "./multiply.ts";
import { likelihoodLoss } from "./reduce.ts";
import { shaped, transposed, type MatrixView } from "./view.ts";

export interface NormalDiscrepancy {
  /** Σ, n×n; its lower triangle is read, and kept. */
  readonly covariance: MatrixView;
  /** G = ∂F/∂Σ, n×n, row-major, exactly symmetric. */
  readonly gradient: MatrixView;
  /** Two n×n, row-major. All four matrices stand in buffers of their own. */
  readonly workspace: readonly [MatrixView, MatrixView];
  readonly loss: Slot;
  readonly status: Status;
}

export interface MaximumLikelihood extends NormalDiscrepancy {
  /** C with S = CCᵀ, n×n, lower triangle with a positive diagonal; best factored in float64. */
  readonly sampleFactor: MatrixView;
}

export interface ReverseKullbackLeibler extends NormalDiscrepancy {
  /** C⁻¹ with S = CCᵀ, n×n, lower triangle with a positive diagonal; best computed in float64. */
  readonly sampleFactorInverse: MatrixView;
}

/**
 * F = ln|Σ| + tr(SΣ⁻¹) − ln|S| − n and G = Σ⁻¹ − Σ⁻¹SΣ⁻¹ of the maximum-likelihood discrepancy:
 *   Σ = LLᵀ,   X = L⁻¹,   T = XC,   F = tr(TTᵀ) − ln|TTᵀ| − n,   G = Xᵀ(I − TTᵀ)X
 * 4n³/3 multiply-adds instead of the 2n³ of the textbook order, because all but one product has two triangles among
 * its three matrices. And near the optimum, where TTᵀ → I, nothing cancels: the subtraction is made on the
 * scale of 1, before X can amplify its rounding. Where Σ is not positive definite, neither loss nor gradient is right:
 * the loss is not written, and `status` says so.
 */
export function maximumLikelihood(algebra: LinearAlgebra, discrepancy: MaximumLikelihood): Work[] {
  const { sampleFactor, gradient, workspace, loss, status } = discrepancy;
  const [factor, inverse] = workspace;
  const lower = shaped(sampleFactor, "lower");
  // L is not needed once T exists, nor T once I − TTᵀ does: each gives its place to the next.
  const triangle = shaped(factor, "lower");
  return [
    ...factorAndInverse(algebra, discrepancy, factor),
    ...multiply(algebra, { left: shaped(inverse, "lower"), right: lower, result: triangle, status }),
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
    ...sandwich(algebra, discrepancy),
  ];
}

/**
 * F = ½(tr(S⁻¹Σ) − ln|Σ| + ln|S| − n) and G = ½(S⁻¹ − Σ⁻¹) of the reverse Kullback–Leibler discrepancy:
 *   Σ = LLᵀ,   X = L⁻¹,   M = C⁻¹L,   F = ½(tr(MMᵀ) − ln|MMᵀ| − n),   G = ½Xᵀ(MᵀM − I)X
 * with the cost, the precision near the optimum and the failure of `maximumLikelihood`.
 */
export function reverseKullbackLeibler(algebra: LinearAlgebra, discrepancy: ReverseKullbackLeibler): Work[] {
  const { sampleFactorInverse, gradient, workspace, loss, status } = discrepancy;
  const factor = shaped(gradient, "lower");
  const triangle = shaped(workspace[0], "lower");
  return [
    ...factorAndInverse(algebra, discrepancy, factor),
    ...multiply(algebra, {
      left: shaped(sampleFactorInverse, "lower"),
      right: factor,
      result: triangle,
      status,
    }),
    ...likelihoodLoss(algebra, triangle, 0.5, loss, status),
    ...multiply(algebra, {
      left: transposed(triangle),
      right: triangle,
      result: gradient,
      alpha: 0.5,
      diagonal: -0.5,
      symmetric: true,
      status,
    }),
    ...sandwich(algebra, discrepancy),
  ];
}

/** L in `factor` and L⁻¹ in the second workspace. */
function factorAndInverse(
  algebra: LinearAlgebra,
  { covariance, workspace, status }: NormalDiscrepancy,
  factor: MatrixView,
): Work[] {
  const inverse = workspace[1];
  return [
    ...combine(algebra, { left: covariance, result: shaped(factor, "lower") }),
    ...cholesky(algebra, { matrix: factor, inverse, status }),
    ...triangularInverse(algebra, { factor, inverse, status }),
  ];
}

/** G ← XᵀGX for the triangle X in the second workspace; the first holds GX. */
function sandwich(algebra: LinearAlgebra, { gradient, workspace, status }: NormalDiscrepancy): Work[] {
  const [product, inverse] = workspace;
  const triangle = shaped(inverse, "lower");
  return [
    ...multiply(algebra, { left: gradient, right: triangle, result: product, status }),
    ...multiply(algebra, {
      left: transposed(triangle),
      right: product,
      result: gradient,
      symmetric: true,
      status,
    }),
  ];
}
