// cholesky_diagonal: one diagonal block of a blocked Cholesky factorisation, and the inverse of its factor.
//   A₁₁ = L₁₁L₁₁ᵀ in place,  X₁₁ = L₁₁⁻¹         both BLOCK×BLOCK (less at the end), lower triangles
// The block at `start` 0 resets the status and records the matrix's diagonal in `scale`. A pivot must be finite
// and above tolerance·A[i, i]: below that, float32 cannot tell it from zero. Where one fails, `status[flag]`
// becomes its 1-based index in the whole matrix, this block keeps its old values, and every later kernel of the
// same status does nothing: a matrix that is not positive definite leaves a flag, never a number.
//
// One workgroup of BLOCK/4 invocations. Invocation r owns the 4×4 blocks of block row r: at step k, row k factors
// its diagonal block; then the rows below solve against it, and update themselves with column k. For the inverse,
// invocation c owns block column c and keeps its block (i, c) at (c, i), above the diagonal, which nobody else reads.
// The matrix past its order counts as identity.

struct Sizes {
  order: u32,
  start: u32,
  origin: u32,
  row_step: u32,
  inverse_origin: u32,
  inverse_row_step: u32,
  flag: u32,
  tolerance: f32,
}

override BLOCK: u32;
override BLOCKS: u32 = BLOCK / 4u;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read_write> matrix: array<f32>;
@group(0) @binding(2) var<storage, read_write> inverse: array<f32>;
@group(0) @binding(3) var<storage, read_write> scale: array<f32>;
@group(0) @binding(4) var<storage, read_write> status: array<u32>;

// Block (r, c) stands at r·BLOCKS + c: L below the diagonal, the inverses of L's diagonal blocks on it. Exactly the
// 16 KiB that every adapter has for BLOCK = 64, so the one word of failure hides in a block, see `failure_of`.
var<workgroup> blocks: array<mat4x4f, BLOCKS * BLOCKS>;

@compute @workgroup_size(BLOCKS)
fn cholesky_diagonal(@builtin(local_invocation_index) r: u32) {
  if (r == 0u) { blocks[0] = failed_block(select(status[sizes.flag], 0u, sizes.start == 0u)); }
  if (failure_of(workgroupUniformLoad(&blocks[0])) != 0u) { return; }
  if (sizes.start == 0u) { record_scale(r); }
  for (var c = 0u; c <= r; c++) { blocks[r * BLOCKS + c] = read_block(r, c); }
  let floors = row_floors(r);
  var factor = mat4x4f();
  for (var k = 0u; k < BLOCKS; k++) {
    let here = r * BLOCKS + k;
    if (r == k) {
      let small = small_cholesky(blocks[here], floors);
      factor = small.factor;
      blocks[here] = small.inverse;
      if (small.failure != 0u) { blocks[here] = failed_block(sizes.start + 4u * k + small.failure); }
    }
    let inverse_factor = workgroupUniformLoad(&blocks[k * BLOCKS + k]);
    let failure = failure_of(inverse_factor);
    if (failure != 0u) {
      if (r == 0u) { status[sizes.flag] = failure; }
      return;
    }
    if (r > k) { blocks[here] = transpose(inverse_factor) * blocks[here]; }
    workgroupBarrier();
    let solved = blocks[here];
    for (var c = k + 1u; c <= r; c++) {
      blocks[r * BLOCKS + c] -= transpose(blocks[c * BLOCKS + k]) * solved;
    }
  }
  if (r == 0u) { status[sizes.flag] = 0u; }
  invert_column(r);
  workgroupBarrier();
  for (var c = 0u; c < r; c++) {
    write_factor(blocks[r * BLOCKS + c], r, c);
    write_inverse(blocks[c * BLOCKS + r], r, c);
  }
  write_factor(factor, r, r);
  write_inverse(blocks[r * BLOCKS + r], r, r);
}

// A pivot's 1-based index, above the diagonal of a triangular block, where a proper one has zero.
fn failed_block(pivot: u32) -> mat4x4f {
  return mat4x4f(vec4f(0.0, f32(pivot), 0.0, 0.0), vec4f(), vec4f(), vec4f());
}

fn failure_of(block: mat4x4f) -> u32 { return u32(block[0][1]); }

// X[i, c] = −L[i, i]⁻¹ Σ_{c ≤ k < i} L[i, k]·X[k, c]
fn invert_column(c: u32) {
  let top = blocks[c * BLOCKS + c];
  for (var i = c + 1u; i < BLOCKS; i++) {
    var sum = top * blocks[i * BLOCKS + c];
    for (var k = c + 1u; k < i; k++) {
      sum += blocks[c * BLOCKS + k] * blocks[i * BLOCKS + k];
    }
    blocks[c * BLOCKS + i] = -1.0 * (sum * blocks[i * BLOCKS + i]);
  }
}

fn record_scale(r: u32) {
  for (var i = r; i < sizes.order; i += BLOCKS) {
    scale[i] = matrix[sizes.origin + i * (sizes.row_step + 1u)];
  }
}

fn row_floors(r: u32) -> vec4f {
  return vec4f(row_floor(4u * r), row_floor(4u * r + 1u), row_floor(4u * r + 2u), row_floor(4u * r + 3u));
}

fn row_floor(local_row: u32) -> f32 {
  let row = sizes.start + local_row;
  if (row >= sizes.order) { return 0.0; }
  // In the first block the matrix still holds its own diagonal.
  if (sizes.start == 0u) { return sizes.tolerance * matrix[sizes.origin + row * (sizes.row_step + 1u)]; }
  return sizes.tolerance * scale[row];
}

fn read_block(r: u32, c: u32) -> mat4x4f {
  return mat4x4f(
    read_row(4u * r, 4u * c),
    read_row(4u * r + 1u, 4u * c),
    read_row(4u * r + 2u, 4u * c),
    read_row(4u * r + 3u, 4u * c)
  );
}

fn read_row(row: u32, column: u32) -> vec4f {
  return vec4f(
    read_element(row, column),
    read_element(row, column + 1u),
    read_element(row, column + 2u),
    read_element(row, column + 3u)
  );
}

fn read_element(row: u32, column: u32) -> f32 {
  if (column > row || sizes.start + row >= sizes.order) { return select(0.0, 1.0, row == column); }
  return matrix[sizes.origin + (sizes.start + row) * sizes.row_step + sizes.start + column];
}

fn is_stored(row: u32, column: u32) -> bool {
  return column <= row && sizes.start + row < sizes.order;
}

fn write_factor(block: mat4x4f, r: u32, c: u32) {
  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      let row = 4u * r + i;
      let column = 4u * c + j;
      if (is_stored(row, column)) {
        matrix[sizes.origin + (sizes.start + row) * sizes.row_step + sizes.start + column] = block[i][j];
      }
    }
  }
}

fn write_inverse(block: mat4x4f, r: u32, c: u32) {
  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      let row = 4u * r + i;
      let column = 4u * c + j;
      if (is_stored(row, column)) {
        inverse[sizes.inverse_origin + row * sizes.inverse_row_step + column] = block[i][j];
      }
    }
  }
}
