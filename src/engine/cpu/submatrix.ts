/** Rows and columns `indices` of the n-column matrix `a`. */
export function submatrix(a: Float64Array, n: number, indices: ArrayLike<number>): Float64Array {
  const k = indices.length;
  const out = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) out[i * k + j] = a[indices[i]! * n + indices[j]!]!;
  }
  return out;
}
