/** What `productBlock` last computed: four products with the first row, then four with the second. */
export const block = new Float64Array(8);

/**
 * Products over positions `from` ≤ r < `to` of two rows of x (starting at a and b) with four rows of y (the first at c,
 * `stride` apart), into `block`. Eight sums in registers use every loaded number several times, which gives twice the
 * speed of single dot products.
 */
export function productBlock(
  x: Float64Array,
  a: number,
  b: number,
  y: Float64Array,
  c: number,
  stride: number,
  from: number,
  to: number,
): void {
  const c1 = c + stride;
  const c2 = c1 + stride;
  const c3 = c2 + stride;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  for (let r = from; r < to; r++) {
    const left = x[a + r]!;
    const right = x[b + r]!;
    const y0 = y[c + r]!;
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
  block[0] = s0;
  block[1] = s1;
  block[2] = s2;
  block[3] = s3;
  block[4] = t0;
  block[5] = t1;
  block[6] = t2;
  block[7] = t3;
}
