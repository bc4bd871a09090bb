/**
 * Dense float64 linear algebra on row-major `Float64Array`s, written for the cache: inner loops run along rows.
 * Routines that can meet a matrix that is not positive definite return a status; none invents a number.
 */

/** Σ_{i<length} x[xStart+i] · y[yStart+i], in four partial sums (they also shorten the rounding chain). */
export function dot(
  x: Float64Array,
  xStart: number,
  y: Float64Array,
  yStart: number,
  length: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += x[xStart + i]! * y[yStart + i]!;
    s1 += x[xStart + i + 1]! * y[yStart + i + 1]!;
    s2 += x[xStart + i + 2]! * y[yStart + i + 2]!;
    s3 += x[xStart + i + 3]! * y[yStart + i + 3]!;
  }
  for (; i < length; i++) s0 += x[xStart + i]! * y[yStart + i]!;
  return s0 + s1 + (s2 + s3);
}

/** y[yStart+i] += scale · x[xStart+i] for i < length. */
export function addScaled(
  scale: number,
  x: Float64Array,
  xStart: number,
  y: Float64Array,
  yStart: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) y[yStart + i]! += scale * x[xStart + i]!;
}

/**
 * Cholesky factor L of the symmetric n×n `a` (lower triangle read): a = L Lᵀ, written to the lower triangle of `l`.
 * Returns ln|a|, or NaN where a pivot is not positive: `a` is not positive definite and `l` is meaningless.
 */
export function cholesky(a: Float64Array, n: number, l: Float64Array): number {
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j < i; j++) {
      l[rowI + j] = (a[rowI + j]! - dot(l, rowI, l, j * n, j)) / l[j * n + j]!;
    }
    const pivot = a[rowI + i]! - dot(l, rowI, l, rowI, i);
    if (!(pivot > 0) || pivot === Infinity) return NaN;
    l[rowI + i] = Math.sqrt(pivot);
    logDeterminant += Math.log(pivot);
  }
  return logDeterminant;
}

/**
 * Inverse of the symmetric positive-definite n×n matrix whose Cholesky factor is `l`, written whole to `inverse`.
 * `scratch` (n×n) receives L⁻ᵀ, row-major upper triangle.
 */
export function inverseFromCholesky(
  l: Float64Array,
  n: number,
  inverse: Float64Array,
  scratch: Float64Array,
): void {
  // Row j of `scratch` is column j of L⁻¹, so that both products below run along rows.
  for (let j = 0; j < n; j++) {
    const row = j * n;
    scratch[row + j] = 1 / l[row + j]!;
    for (let i = j + 1; i < n; i++) {
      scratch[row + i] = -dot(l, i * n + j, scratch, row + j, i - j) / l[i * n + i]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = dot(scratch, i * n + i, scratch, j * n + i, n - i);
      inverse[i * n + j] = value;
      inverse[j * n + i] = value;
    }
  }
}

/** Inverse of a symmetric positive-definite matrix and its log-determinant; `undefined` where it is not one. */
export function invertPositiveDefinite(
  a: Float64Array,
  n: number,
): { inverse: Float64Array; logDeterminant: number } | undefined {
  const l = new Float64Array(n * n);
  const logDeterminant = cholesky(a, n, l);
  if (Number.isNaN(logDeterminant)) return undefined;
  const inverse = new Float64Array(n * n);
  inverseFromCholesky(l, n, inverse, new Float64Array(n * n));
  return { inverse, logDeterminant };
}

/** Solves L Lᵀ x = b in place of `b`. */
export function solveCholesky(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) b[i] = (b[i]! - dot(l, i * n, b, 0, i)) / l[i * n + i]!;
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let j = i + 1; j < n; j++) sum -= l[j * n + i]! * b[j]!;
    b[i] = sum / l[i * n + i]!;
  }
}

/** out = x y for x: m×n and y: n×k. `out` must not alias its inputs. */
export function multiply(
  x: Float64Array,
  y: Float64Array,
  m: number,
  n: number,
  k: number,
  out: Float64Array = new Float64Array(m * k),
): Float64Array {
  out.fill(0, 0, m * k);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const scale = x[i * n + j]!;
      if (scale !== 0) addScaled(scale, y, j * k, out, i * k, k);
    }
  }
  return out;
}

/** out = x yᵀ for x: m×n and y: k×n. `out` must not alias its inputs. */
export function multiplyTransposed(
  x: Float64Array,
  y: Float64Array,
  m: number,
  n: number,
  k: number,
  out: Float64Array = new Float64Array(m * k),
): Float64Array {
  const evenRows = m - (m % 2);
  for (let i = 0; i < evenRows; i += 2) twoRows(x, y, i, n, k, k, out);
  if (m > evenRows) for (let j = 0; j < k; j++) out[evenRows * k + j] = dot(x, evenRows * n, y, j * n, n);
  return out;
}

/** out = x yᵀ where that product (m×m, for x and y m×n) is symmetric: one triangle is computed and mirrored. */
export function symmetricProduct(
  x: Float64Array,
  y: Float64Array,
  m: number,
  n: number,
  out: Float64Array = new Float64Array(m * m),
): Float64Array {
  const evenRows = m - (m % 2);
  for (let i = 0; i < evenRows; i += 2) twoRows(x, y, i, n, i + 2, m, out);
  if (m > evenRows) for (let j = 0; j < m; j++) out[evenRows * m + j] = dot(x, evenRows * n, y, j * n, n);
  for (let i = 1; i < m; i++) for (let j = 0; j < i; j++) out[j * m + i] = out[i * m + j]!;
  return out;
}

/**
 * Rows i and i + 1 of x yᵀ, columns 0 … columns − 1, `stride` entries a row of `out`.
 * Blocks of 2×4 sums in registers use every loaded number several times: twice the speed of single dot products.
 */
function twoRows(
  x: Float64Array,
  y: Float64Array,
  i: number,
  n: number,
  columns: number,
  stride: number,
  out: Float64Array,
): void {
  const a = i * n;
  const b = a + n;
  const target = i * stride;
  let j = 0;
  for (; j + 3 < columns; j += 4) {
    const c0 = j * n;
    const c1 = c0 + n;
    const c2 = c1 + n;
    const c3 = c2 + n;
    let [s0, s1, s2, s3, t0, t1, t2, t3] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let r = 0; r < n; r++) {
      const left = x[a + r]!;
      const right = x[b + r]!;
      const y0 = y[c0 + r]!;
      const y1 = y[c1 + r]!;
      const y2 = y[c2 + r]!;
      const y3 = y[c3 + r]!;
      s0 += left * y0;
      s1 += left * y1;
      s2 += left * y2;
      s3 += left * y3;
      t0 += right * y0;
      t1 += right * y1;
      t2 += right * y2;
      t3 += right * y3;
    }
    out[target + j] = s0;
    out[target + j + 1] = s1;
    out[target + j + 2] = s2;
    out[target + j + 3] = s3;
    out[target + stride + j] = t0;
    out[target + stride + j + 1] = t1;
    out[target + stride + j + 2] = t2;
    out[target + stride + j + 3] = t3;
  }
  for (; j < columns; j++) {
    out[target + j] = dot(x, a, y, j * n, n);
    out[target + stride + j] = dot(x, b, y, j * n, n);
  }
}

/** x W xᵀ for x: m×n and symmetric W: n×n; the result is exactly symmetric. */
export function quadraticForm(x: Float64Array, w: Float64Array, m: number, n: number): Float64Array {
  return symmetricProduct(multiplyTransposed(x, w, m, n, n), x, m, n);
}

/** out = W S W for symmetric W and S (k×k); `scratch` holds W S. */
export function symmetricSandwich(
  w: Float64Array,
  s: Float64Array,
  k: number,
  scratch: Float64Array,
  out: Float64Array,
): void {
  symmetricProduct(multiplyTransposed(w, s, k, k, k, scratch), w, k, k, out);
}

/** Rows and columns `indices` of the n-column matrix `a`. */
export function submatrix(a: Float64Array, n: number, indices: ArrayLike<number>): Float64Array {
  const k = indices.length;
  const out = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) out[i * k + j] = a[indices[i]! * n + indices[j]!]!;
  }
  return out;
}
