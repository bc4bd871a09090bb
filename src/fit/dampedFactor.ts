import { cholesky } from "../engine/cpu/linalg.ts";

/** A positive-definite matrix close to H, as its Cholesky factor. */
export interface DampedFactor {
  /** Lower triangle of m×m, row-major. */
  readonly factor: Float64Array;
  /** λ; 0 where the factor is that of H itself. */
  readonly damping: number;
}

/**
 * The factor of H + λ·|diag H| with the least λ of 0, 1e-9, 1e-8, … that makes the matrix positive definite beyond
 * rounding (Marquardt 1963, doi:10.1137/0111030: the units of the parameters do not matter). `matrix`: m×m, row-major;
 * `undefined` where it is not finite.
 */
export function dampedFactor(matrix: Float64Array, m: number): DampedFactor | undefined {
  const damped = new Float64Array(m * m);
  const factor = new Float64Array(m * m);
  const diagonal = Float64Array.from({ length: m }, (_, i) => Math.abs(matrix[i * m + i]!));
  const largest = diagonal.reduce((most, value) => Math.max(most, value), 0);
  // A parameter that F does not depend on stays where it is.
  const scale = diagonal.map((value) => value || largest);
  for (let damping = 0; damping < 1e6; damping = damping === 0 ? 1e-9 : damping * 10) {
    damped.set(matrix);
    for (let i = 0; i < m; i++) damped[i * m + i]! += damping * scale[i]!;
    if (!Number.isNaN(cholesky(damped, m, factor)) && !isNearlySingular(factor, scale)) {
      return { factor, damping };
    }
  }
  return undefined;
}

/** A squared pivot below 1e-13 of its diagonal entry says that rounding, not curvature, made the matrix definite. */
function isNearlySingular(factor: Float64Array, scale: Float64Array): boolean {
  const m = scale.length;
  return scale.some((value, i) => factor[i * m + i]! ** 2 < 1e-13 * value);
}
