// combine: R[i, j] = α·A[i, j] + β·B[i, j], with δ added on the diagonal; strided views, rows×columns.
// One invocation owns STRIP elements of one column of R; neighbours own neighbouring columns.
// R must not share a buffer with A or B. With β = 0, B is not read.
// Nothing is written where `status` holds the pivot of a failed factorisation.

struct Sizes {
  rows: u32,
  columns: u32,
  left_origin: u32,
  left_row_step: u32,
  left_column_step: u32,
  right_origin: u32,
  right_row_step: u32,
  right_column_step: u32,
  result_origin: u32,
  result_row_step: u32,
  alpha: f32,
  beta: f32,
  diagonal: f32,
  // 1 where only the lower triangle of R is wanted.
  lower: u32,
  flag: u32,
}

override WORKGROUP: u32;
// Rows of one invocation.
override STRIP: u32;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> status: array<u32>;
@group(0) @binding(2) var<storage, read> left_matrix: array<f32>;
@group(0) @binding(3) var<storage, read> right_matrix: array<f32>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn combine(@builtin(global_invocation_id) id: vec3u) {
  let j = id.x;
  if (j >= sizes.columns || status[sizes.flag] != 0u) { return; }
  let end = min(sizes.rows, (id.y + 1u) * STRIP);
  let begin = max(id.y * STRIP, select(0u, j, sizes.lower != 0u));
  for (var i = begin; i < end; i++) {
    var sum = sizes.alpha * left_matrix[sizes.left_origin + i * sizes.left_row_step + j * sizes.left_column_step];
    if (sizes.beta != 0.0) {
      sum += sizes.beta * right_matrix[sizes.right_origin + i * sizes.right_row_step + j * sizes.right_column_step];
    }
    if (i == j) { sum += sizes.diagonal; }
    result[sizes.result_origin + i * sizes.result_row_step + j] = sum;
  }
}
