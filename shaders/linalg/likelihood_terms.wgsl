// likelihood_terms: partial sums of tr(TTᵀ) − ln|TTᵀ| − n for a lower triangle T with positive diagonal, n×n.
// With Σ = LLᵀ, S = CCᵀ and T = L⁻¹C this is the maximum-likelihood discrepancy ln|Σ| + tr(SΣ⁻¹) − ln|S| − n.
//   Σ_i φ(T[i, i]² − 1) + Σ_{i > j} T[i, j]²,     φ(x) = x − ln(1 + x)
// Every term is at least zero, so nothing cancels: a discrepancy far below the float32 spacing of tr(SΣ⁻¹) still has
// correct digits, which the textbook form loses below about 1e-6.
//   partial[s·n + j] = the terms of column j in strip s
// One invocation owns one column of one strip of `strip_rows` rows. The kernel `sum` adds the partial sums.

struct Sizes {
  order: u32,
  strip_rows: u32,
  origin: u32,
  row_step: u32,
  flag: u32,
}

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> status: array<u32>;
@group(0) @binding(2) var<storage, read> triangle: array<f32>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn likelihood_terms(@builtin(global_invocation_id) id: vec3u) {
  let j = id.x;
  let strip = id.y;
  if (j >= sizes.order || status[sizes.flag] != 0u) { return; }
  let begin = strip * sizes.strip_rows;
  let end = min(sizes.order, begin + sizes.strip_rows);
  var sum = 0.0;
  if (j >= begin && j < end) {
    sum = diagonal_term(triangle[sizes.origin + j * (sizes.row_step + 1u)]);
  }
  for (var i = max(begin, j + 1u); i < end; i++) {
    let t = triangle[sizes.origin + i * sizes.row_step + j];
    sum += t * t;
  }
  partial[strip * sizes.order + j] = sum;
}

// φ(t² − 1) = x − ln(1 + x) for x = t² − 1. Near x = 0 from ln(1 + x) = 2 artanh z, z = x/(2 + x), where
// x − 2z = xz; the first term left out is below 1e-7 of the sum for |x| ≤ ½.
fn diagonal_term(t: f32) -> f32 {
  let x = (t - 1.0) * (t + 1.0);
  if (abs(x) > 0.5) { return x - 2.0 * log(t); }
  let z = x / (2.0 + x);
  let w = z * z;
  let series = 1.0 / 3.0 + w * (1.0 / 5.0 + w * (1.0 / 7.0 + w * (1.0 / 9.0 + w * (1.0 / 11.0 + w / 13.0))));
  return z * (x - 2.0 * w * series);
}
