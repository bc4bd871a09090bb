import { cholesky } from "../engine/cpu/linalg.ts";

/**
 * The lower Cholesky factor of H + λ·max diag(H)·I with the least λ of 0, 1e-9, 1e-8, … that makes the matrix positive
 * definite beyond rounding (Levenberg–Marquardt). `matrix`: m×m, row-major; `undefined` where it is not finite.
 */
export function dampedFactor(matrix: Float64Array, m: number): Float64Array | undefined {
  const damped = new Float64Array(m * m);
  const factor = new Float64Array(m * m);
  let scale = 0;
  for (let i = 0; i < m; i++) scale = Math.max(scale, Math.abs(matrix[i * m + i]!));
  for (let damping = 0; damping < 1e6; damping = damping === 0 ? 1e-9 : damping * 10) {
    damped.set(matrix);
    for (let i = 0; i < m; i++) damped[i * m + i]! += damping * scale;
    if (!Number.isNaN(cholesky(damped, m, factor)) && !isNearlySingular(factor, m)) return factor;
  }
  return undefined;
}

/** A squared pivot below 1e-13 of the largest says that rounding, not curvature, made the matrix definite. */
function isNearlySingular(factor: Float64Array, m: number): boolean {
  let least = Infinity;
  let most = 0;
  for (let i = 0; i < m; i++) {
    const pivot = factor[i * m + i]! ** 2;
    least = Math.min(least, pivot);
    most = Math.max(most, pivot);
  }
  return least < 1e-13 * most;
}
