import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import { Hessian } from "../engine/cpu/curvature/hessian.ts";
import type { Problem } from "../engine/engine.ts";

export type Information = "expected" | "observed";

/** A pivot of the information matrix (scaled to unit diagonal) below this leaves its parameter without identification. */
const SINGULAR = 1e-10;

/**
 * Covariance matrix of the maximum-likelihood estimates: V = (2/N) H⁻¹ with H the expected or observed Hessian of F
 * at θ, t×t. `undefined` where H is singular: the model is not identified at θ.
 */
export function covarianceOfEstimates(
  problem: Problem,
  theta: Float64Array,
  information: Information,
): Float64Array | undefined {
  const hessian = new Hessian(problem.model, problem.moments);
  const matrix = information === "expected" ? hessian.expected(theta) : hessian.observed(theta);
  if (!matrix) return undefined;
  const total = problem.moments.reduce((sum, { n }) => sum + n, 0);
  return invertInformation(matrix, theta.length)?.map((value) => (2 / total) * value);
}

/** H⁻¹ by way of the matrix scaled to unit diagonal, so that units do not decide what counts as singular. */
function invertInformation(matrix: Float64Array, t: number): Float64Array | undefined {
  const scale = Float64Array.from({ length: t }, (_, j) => 1 / Math.sqrt(matrix[j * t + j]!));
  const scaled = matrix.map((value, i) => value * scale[Math.floor(i / t)]! * scale[i % t]!);
  const result = invertPositiveDefinite(scaled, t);
  if (!result) return undefined;
  for (let j = 0; j < t; j++) if (!(result.inverse[j * t + j]! < 1 / SINGULAR)) return undefined;
  return result.inverse.map((value, i) => value * scale[Math.floor(i / t)]! * scale[i % t]!);
}
