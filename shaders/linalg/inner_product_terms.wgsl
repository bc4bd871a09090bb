// inner_product_terms: partial sums of ⟨A, B⟩ = Σ_ij A[i, j]·B[i, j] = tr(AᵀB); a transposed B gives tr(AB).
//   partial[s·columns + j] = Σ_{i in strip s} A[i, j]·B[i, j]
// A, B: rows×columns. One invocation owns one column of one strip of `strip_rows` rows: neighbours read neighbouring
// words, and no sum is longer than a strip. The kernel `sum` adds the partial sums.

struct Sizes {
  rows: u32,
  columns: u32,
  strip_rows: u32,
  left_origin: u32,
  left_row_step: u32,
  left_column_step: u32,
  right_origin: u32,
  right_row_step: u32,
  right_column_step: u32,
  flag: u32,
}

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> status: array<u32>;
@group(0) @binding(2) var<storage, read> left_matrix: array<f32>;
@group(0) @binding(3) var<storage, read> right_matrix: array<f32>;
@group(0) @binding(4) var<storage, read_write> partial: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn inner_product_terms(@builtin(global_invocation_id) id: vec3u) {
  let j = id.x;
  let strip = id.y;
  if (j >= sizes.columns || status[sizes.flag] != 0u) { return; }
  let end = min(sizes.rows, (strip + 1u) * sizes.strip_rows);
  var sum = 0.0;
  for (var i = strip * sizes.strip_rows; i < end; i++) {
    let left = left_matrix[sizes.left_origin + i * sizes.left_row_step + j * sizes.left_column_step];
    let right = right_matrix[sizes.right_origin + i * sizes.right_row_step + j * sizes.right_column_step];
    sum += left * right;
  }
  partial[strip * sizes.columns + j] = sum;
}
