// cholesky_panel: the rows of L below a diagonal block, L₂₁ = A₂₁·L₁₁⁻ᵀ, in place.
// A₂₁: rows×BLOCK, L₁₁⁻¹: BLOCK×BLOCK, lower, from cholesky_diagonal. One workgroup owns whole rows: it has read
// all of them when it passes the barrier, and each invocation then writes its own 8×8 tile.
// 8·WORKGROUP_X = BLOCK, so that a workgroup covers a row. WORKGROUP_X = WORKGROUP_Y.

struct Sizes {
  rows: u32,
  block: u32,
  origin: u32,
  row_step: u32,
  inverse_origin: u32,
  inverse_row_step: u32,
  flag: u32,
}

override WORKGROUP_X: u32;
override WORKGROUP_Y: u32;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> status: array<u32>;
@group(0) @binding(2) var<storage, read> inverse: array<f32>;
@group(0) @binding(3) var<storage, read_write> matrix: array<f32>;

fn left(i: u32) -> f32 { return matrix[i]; }
fn right(i: u32) -> f32 { return inverse[i]; }

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn cholesky_panel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  if (status[sizes.flag] != 0u) { return; }
  let a = Operand(sizes.origin, sizes.row_step, 1u, FULL);
  let b = Operand(sizes.inverse_origin, 1u, sizes.inverse_row_step, UPPER);
  // Neighbouring invocations take rows, not columns: the columns of a triangle differ in their work.
  let turned = local.yx;
  let place = tile_place(group.xy, turned);
  let tile = tile_product(a, b, sizes.block, group.xy, turned, place.rows.x < sizes.rows);
  storageBarrier();
  store_block(tile.upper_left, place.rows.x, place.columns.x);
  store_block(tile.upper_right, place.rows.x, place.columns.y);
  store_block(tile.lower_left, place.rows.y, place.columns.x);
  store_block(tile.lower_right, place.rows.y, place.columns.y);
}

fn store_block(block: mat4x4f, row: u32, column: u32) {
  store_row(block[0], row, column);
  store_row(block[1], row + 1u, column);
  store_row(block[2], row + 2u, column);
  store_row(block[3], row + 3u, column);
}

fn store_row(values: vec4f, row: u32, column: u32) {
  if (row >= sizes.rows) { return; }
  let i = sizes.origin + row * sizes.row_step + column;
  matrix[i] = values.x;
  matrix[i + 1u] = values.y;
  matrix[i + 2u] = values.z;
  matrix[i + 3u] = values.w;
}
