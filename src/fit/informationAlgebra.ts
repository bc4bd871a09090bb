import { cholesky, dot, invertFactor, multiply, symmetricProduct, transpose } from "../engine/cpu/linalg.ts";

/** A pivot of a matrix scaled to unit diagonal below this leaves its parameter without identification. */
const SINGULAR = 1e-10;

/**
 * R with A⁻¹ = R Rᵀ, upper triangular, of a symmetric positive-definite t×t information matrix A, by way of the matrix
 * scaled to unit diagonal, so that units do not decide what counts as singular; `undefined` where it is singular.
 *
 * Works on the diagonal blocks of A one by one: the expected information of a model whose variables are all observed
 * has one for every district.
 */
export function inverseFactor(matrix: Float64Array, t: number): Float64Array | undefined {
  const factor = new Float64Array(t * t);
  for (const indices of diagonalBlocks(matrix, t)) {
    const m = indices.length;
    const block = blockFactor(matrix, t, indices);
    if (!block) return undefined;
    for (let i = 0; i < m; i++) {
      for (let j = i; j < m; j++) factor[indices[i]! * t + indices[j]!] = block[i * m + j]!;
    }
  }
  return factor;
}

function blockFactor(matrix: Float64Array, t: number, indices: readonly number[]): Float64Array | undefined {
  const m = indices.length;
  const scale = Float64Array.from(indices, (j) => 1 / Math.sqrt(matrix[j * t + j]!));
  const scaled = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      scaled[i * m + j] = matrix[indices[i]! * t + indices[j]!]! * scale[i]! * scale[j]!;
    }
  }
  const lower = new Float64Array(m * m);
  if (Number.isNaN(cholesky(scaled, m, lower))) return undefined;
  const factor = scaled;
  invertFactor(lower, m, factor);
  for (let i = 0; i < m; i++) {
    const variance = dot(factor, i * m + i, factor, i * m + i, m - i);
    if (!(variance < 1 / SINGULAR)) return undefined;
    for (let j = i; j < m; j++) factor[i * m + j]! *= scale[i]!;
  }
  return factor;
}

/** The sets of indices that non-zero entries of a symmetric matrix link, each ascending. */
function diagonalBlocks(matrix: Float64Array, t: number): number[][] {
  const blockOf = new Int32Array(t).fill(-1);
  const blocks: number[][] = [];
  for (let first = 0; first < t; first++) {
    if (blockOf[first]! >= 0) continue;
    const members = [first];
    blockOf[first] = blocks.length;
    for (let at = 0; at < members.length; at++) {
      const row = members[at]! * t;
      for (let j = first + 1; j < t; j++) {
        if (blockOf[j]! >= 0 || matrix[row + j] === 0) continue;
        blockOf[j] = blocks.length;
        members.push(j);
      }
    }
    blocks.push(members.toSorted((i, j) => i - j));
  }
  return blocks;
}

/** A⁻¹ of a symmetric positive-definite t×t information matrix; `undefined` where it is singular. */
export function invertInformation(matrix: Float64Array, t: number): Float64Array | undefined {
  const factor = inverseFactor(matrix, t);
  return factor && symmetricProduct(factor, factor, t, t);
}

/** A x for A: m×n and x: n, row by row. */
export function timesVector(a: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  return Float64Array.from({ length: a.length / n }, (_, i) => dot(a, i * n, x, 0, n));
}

/** xᵀ A x for a square A. */
export function quadraticValue(a: Float64Array, x: Float64Array): number {
  const n = x.length;
  let sum = 0;
  for (let i = 0; i < n; i++) if (x[i] !== 0) sum += x[i]! * dot(a, i * n, x, 0, n);
  return sum;
}

/**
 * An orthonormal basis Z (t×f) of the directions that keep A θ constant, for the c×t Jacobian A of constraints, by
 * Gram–Schmidt (twice, for orthogonality to rounding) on A's rows and then on the unit vectors.
 */
export function nullSpaceBasis(jacobian: Float64Array, c: number, t: number): { z: Float64Array; f: number } {
  const rows: Float64Array[] = [];
  const add = (candidate: Float64Array, threshold: number): boolean => {
    const length = Math.sqrt(dot(candidate, 0, candidate, 0, t));
    if (length === 0) return false;
    for (let pass = 0; pass < 2; pass++) {
      for (const row of rows) {
        const along = dot(row, 0, candidate, 0, t);
        for (let j = 0; j < t; j++) candidate[j]! -= along * row[j]!;
      }
    }
    const left = Math.sqrt(dot(candidate, 0, candidate, 0, t));
    if (left <= threshold * length) return false;
    rows.push(candidate.map((value) => value / left));
    return true;
  };
  for (let i = 0; i < c; i++) add(jacobian.slice(i * t, i * t + t), 1e-10);
  const rank = rows.length;
  for (let j = 0; j < t && rows.length < t; j++) {
    const unit = new Float64Array(t);
    unit[j] = 1;
    add(unit, 1e-7);
  }
  const f = rows.length - rank;
  const z = new Float64Array(t * f);
  for (let j = 0; j < f; j++) {
    for (let i = 0; i < t; i++) z[i * f + j] = rows[rank + j]![i]!;
  }
  return { z, f };
}

/**
 * Z (Zᵀ H Z)⁻¹ Zᵀ, the generalised inverse of H under constraints A θ = const, Z being a basis of A's null space;
 * `undefined` where ZᵀHZ is singular. Without constraints H⁻¹.
 */
export function constrainedInverse(
  matrix: Float64Array,
  t: number,
  jacobian: Float64Array,
): Float64Array | undefined {
  const c = jacobian.length / t;
  if (c === 0) return invertInformation(matrix, t);
  const { z, f } = nullSpaceBasis(jacobian, c, t);
  const zt = transpose(z, t, f);
  const inner = invertInformation(multiply(multiply(zt, matrix, f, t, t), z, f, t, f), f);
  return inner && multiply(multiply(z, inner, t, f, f), zt, t, f, t);
}

/** Halves a matrix in place. */
export function halve(matrix: Float64Array | undefined): Float64Array | undefined {
  if (matrix) for (let i = 0; i < matrix.length; i++) matrix[i]! *= 0.5;
  return matrix;
}
