/**
 * Dense float64 linear algebra on row-major `Float64Array`s, written for the cache: inner loops run along rows.
 * Routines that can meet a matrix that is not positive definite return a status; none invents a number.
 */
import { block, productBlock } from "./productBlock.ts";

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

/** From this size on blocks of four columns pay for their calls. */
const BLOCKED = 24;

/** Where blocks of four that end before column `i` stop. */
function blocked(n: number, i: number): number {
  return n >= BLOCKED ? i - 3 : 0;
}

/**
 * Cholesky factor L of the symmetric n×n `a` (lower triangle read): a = L Lᵀ, written to the lower triangle of `l`.
 * `l` must not be `a`; its upper triangle is left as it is. Returns ln|a|, or NaN where `a` is not positive definite and
 * `l` is meaningless.
 */
export function cholesky(a: Float64Array, n: number, l: Float64Array): number {
  let logDeterminant = 0;
  for (let first = 0; first < n; first += 4) {
    const width = Math.min(4, n - first);
    const done = n >= BLOCKED && width === 4 ? subtractEarlierColumns(a, n, l, first) : 0;
    for (let i = first; i < n; i++) {
      const rowI = i * n;
      const last = Math.min(i, first + width);
      for (let j = first; j < last; j++) {
        const rowJ = j * n;
        const target = done > 0 ? l[rowI + j]! : a[rowI + j]!;
        l[rowI + j] = (target - dot(l, rowI + done, l, rowJ + done, j - done)) / l[rowJ + j]!;
      }
      if (i >= first + width) continue;
      const target = done > 0 ? l[rowI + i]! : a[rowI + i]!;
      const pivot = target - dot(l, rowI + done, l, rowI + done, i - done);
      if (!(pivot > 0) || pivot === Infinity) return NaN;
      l[rowI + i] = Math.sqrt(pivot);
      logDeterminant += Math.log(pivot);
    }
  }
  return logDeterminant;
}

/** l[i, first … first+3] = a − L[i, 0 … first−1] L[·, 0 … first−1]ᵀ for rows i ≥ first; returns how many columns it did. */
function subtractEarlierColumns(a: Float64Array, n: number, l: Float64Array, first: number): number {
  if (first === 0) return 0;
  for (let i = first; i < n; i += 2) {
    const pair = Math.min(i + 1, n - 1);
    productBlock(l, i * n, pair * n, l, first * n, n, 0, first);
    // Nothing is written above the diagonal: callers rely on the upper triangle of `l` staying as it was.
    for (let j = 0; j < 4; j++) {
      if (first + j <= i) l[i * n + first + j] = a[i * n + first + j]! - block[j]!;
      if (first + j <= pair) l[pair * n + first + j] = a[pair * n + first + j]! - block[4 + j]!;
    }
  }
  return first;
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
  invertFactor(l, n, scratch);
  for (let i = 0; i < n; i += 2) {
    const pair = Math.min(i + 1, n - 1);
    let j = 0;
    for (; j < blocked(n, i); j += 4) {
      productBlock(scratch, i * n, pair * n, scratch, j * n, n, i, n);
      for (let c = 0; c < 4; c++) {
        inverse[i * n + j + c] = block[c]!;
        inverse[pair * n + j + c] = block[4 + c]!;
      }
    }
    for (let row = i; row <= pair; row++) {
      for (let c = j; c <= row; c++) {
        inverse[row * n + c] = dot(scratch, row * n + row, scratch, c * n + row, n - row);
      }
    }
  }
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) inverse[j * n + i] = inverse[i * n + j]!;
}

/** scratch = L⁻ᵀ: row j is column j of L⁻¹, zero before the diagonal, so that products run along rows. */
export function invertFactor(l: Float64Array, n: number, scratch: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    const reciprocal = 1 / l[rowI + i]!;
    scratch.fill(0, rowI, rowI + i);
    scratch[rowI + i] = reciprocal;
    let j = 0;
    for (; j < blocked(n, i); j += 4) {
      productBlock(l, rowI, rowI, scratch, j * n, n, j, i);
      for (let c = 0; c < 4; c++) scratch[(j + c) * n + i] = -block[c]! * reciprocal;
    }
    for (; j < i; j++) scratch[j * n + i] = -dot(l, rowI + j, scratch, j * n + j, i - j) * reciprocal;
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

/** Rows i and i + 1 of x yᵀ, columns 0 … columns − 1, `stride` entries a row of `out`. */
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
    productBlock(x, a, b, y, j * n, n, 0, n);
    for (let c = 0; c < 4; c++) {
      out[target + j + c] = block[c]!;
      out[target + stride + j + c] = block[4 + c]!;
    }
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

/** Xᵀ for X: m×n. */
export function transpose(x: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = x[i * n + j]!;
  return out;
}
