// sweep_inverse: the inverse and log-determinant of M = D + MULTIPLE·S, for matrices small enough for one workgroup.
// With D = Σ − S that is Σ (MULTIPLE 1) or Σ + S (MULTIPLE 2).
// The sweep operator (Goodnight 1979, doi:10.1080/00031305.1979.10482685) on 4×4 blocks turns M into −M⁻¹ in place:
//   M[i, j] −= M[i, b] P⁻¹ M[b, j]      M[i, b] = M[i, b] P⁻¹      M[b, j] = P⁻¹ M[b, j]      M[b, b] = −P⁻¹
// with P = M[b, b], a Schur complement, so that ln|M| = Σ ln|P|. A pivot of P that is not positive, or is rounding
// noise beside the diagonal of M, means that M is not positive definite: status[FLAG] becomes 1, and evaluation keeps
// its old log-determinant, so a failure is never a number.
// difference, sample, inverse: k rows of ⌈k/4⌉ vec4f. `inverse` has ⌈k/4⌉·4 rows; M continues there as the identity,
// and the padding of the result is zero.
// One workgroup; invocation i owns block row i. In step b the others only read row b, which its owner replaces after
// the barrier; row b + 1 is ready then. All in storage: workgroup memory would have to be cleared first.
// A block is a mat4x4f whose columns are the block's ROWS: the product X·Y reads `y * x`.

struct SweepSizes {
  size: u32, // k
  blocks: u32, // ⌈k/4⌉
}

override WORKGROUP: u32; // at least `blocks`
override MULTIPLE: f32;
override FLAG: u32; // which element of `status` tells failure, and, one later, which of `evaluation` takes ln|M|
/// A pivot below this share of its diagonal element is rounding noise (about two units in the last place).
const SMALLEST_PIVOT = 2.4e-7;

@group(0) @binding(0) var<uniform> sizes: SweepSizes;
@group(0) @binding(1) var<storage, read> difference: array<vec4f>;
@group(0) @binding(2) var<storage, read> sample: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> inverse: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> evaluation: array<f32>;
@group(0) @binding(5) var<storage, read_write> status: array<u32>;

struct Pivot {
  inverse: mat4x4f,
  log_determinant: f32,
  is_definite: bool,
}

@compute @workgroup_size(WORKGROUP)
fn sweep_inverse(@builtin(local_invocation_index) i: u32) {
  let is_active = i < sizes.blocks;
  if (is_active) {
    for (var j = 0u; j < sizes.blocks; j++) {
      for (var r = 0u; r < 4u; r++) { inverse[at(i, j, r)] = read_row(4u * i + r, j); }
    }
  }
  var log_determinant = 0.0;
  var is_definite = true;
  for (var b = 0u; b < sizes.blocks; b++) {
    storageBarrier();
    let pivot = invert_pivot(block_of(b, b), b);
    log_determinant += pivot.log_determinant;
    // After a failure the sweep goes on, because barriers must be met by all; nothing of it is used.
    is_definite = is_definite && pivot.is_definite;
    if (is_active && i != b) {
      let share = pivot.inverse * block_of(i, b);
      for (var j = 0u; j < sizes.blocks; j++) {
        if (j != b) { store(i, j, block_of(i, j) - block_of(b, j) * share); }
      }
      store(i, b, share);
    }
    storageBarrier();
    if (i == b) {
      for (var j = 0u; j < sizes.blocks; j++) { store(b, j, block_of(b, j) * pivot.inverse); }
      store(b, b, -1.0 * pivot.inverse);
    }
  }
  if (i == 0u) { status[FLAG] = select(1u, 0u, is_definite); }
  if (!is_active) { return; }
  for (var j = 0u; j < sizes.blocks; j++) {
    let inside = 4u * j + vec4u(0, 1, 2, 3) < vec4u(sizes.size);
    for (var r = 0u; r < 4u; r++) { inverse[at(i, j, r)] = select(vec4f(0), -inverse[at(i, j, r)], inside); }
  }
  if (i == 0u && is_definite) { evaluation[1u + FLAG] = log_determinant; }
}

/// Row r of block (i, j).
fn at(i: u32, j: u32, r: u32) -> u32 {
  return (4u * i + r) * sizes.blocks + j;
}

fn block_of(i: u32, j: u32) -> mat4x4f {
  return mat4x4f(inverse[at(i, j, 0u)], inverse[at(i, j, 1u)], inverse[at(i, j, 2u)], inverse[at(i, j, 3u)]);
}

fn store(i: u32, j: u32, rows: mat4x4f) {
  for (var r = 0u; r < 4u; r++) { inverse[at(i, j, r)] = rows[r]; }
}

fn read_row(row: u32, column: u32) -> vec4f {
  if (row >= sizes.size) { return vec4f(vec4u(row) == 4u * column + vec4u(0, 1, 2, 3)); }
  let place = row * sizes.blocks + column;
  return difference[place] + MULTIPLE * sample[place];
}

/// The scalar sweep on one 4×4 block, block b of the diagonal.
fn invert_pivot(start: mat4x4f, b: u32) -> Pivot {
  var m = start;
  var result = Pivot(m, 0.0, true);
  for (var c = 0u; c < 4u; c++) {
    let d = m[c][c];
    // Written so that NaN fails too.
    if (!(d > SMALLEST_PIVOT * read_row(4u * b + c, b)[c])) { result.is_definite = false; }
    result.log_determinant += log(max(d, 1e-38));
    let row = m[c] / d;
    for (var r = 0u; r < 4u; r++) {
      if (r == c) { continue; }
      let share = m[r][c];
      m[r] -= share * row;
      m[r][c] = share / d;
    }
    m[c] = row;
    m[c][c] = -1 / d;
  }
  result.inverse = -1.0 * m;
  return result;
}
