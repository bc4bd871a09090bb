/** Sweeps of Jacobi rotations; convergence is quadratic, so ten are more than double precision needs. */
const MOST_SWEEPS = 30;

/** Eigenvalues and, by rows, eigenvectors of a symmetric n×n matrix. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Cyclic Jacobi (Golub and Van Loan, Matrix Computations, 2013, section 8.5). */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) rotated = rotate(a, vectors, n, p, q) || rotated;
    }
    if (!rotated) break;
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors };
}

/** Makes a[p, q] zero; false where it is nothing against the diagonal. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): boolean {
  const off = a[p * n + q]!;
  if (Math.abs(off) <= 1e-17 * Math.sqrt(Math.abs(a[p * n + p]! * a[q * n + q]!))) return false;
  const ratio = (a[q * n + q]! - a[p * n + p]!) / (2 * off);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  for (let i = 0; i < n; i++) {
    const x = a[i * n + p]!;
    const y = a[i * n + q]!;
    a[i * n + p] = cosine * x - sine * y;
    a[i * n + q] = sine * x + cosine * y;
  }
  for (const rows of [a, vectors]) {
    for (let i = 0; i < n; i++) {
      const x = rows[p * n + i]!;
      const y = rows[q * n + i]!;
      rows[p * n + i] = cosine * x - sine * y;
      rows[q * n + i] = sine * x + cosine * y;
    }
  }
  return true;
}

/** A^power of a symmetric positive-definite matrix: ½ is the symmetric square root, −½ its inverse. */
export function symmetricPower(matrix: Float64Array, n: number, power: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const out = new Float64Array(n * n);
  for (let m = 0; m < n; m++) {
    const scale = values[m]! ** power;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) out[i * n + j]! += scale * vectors[m * n + i]! * vectors[m * n + j]!;
    }
  }
  return out;
}
