// sweep_inverse: the inverse and log-determinant of M = D + MULTIPLE·S, for matrices that fit one workgroup.
// With D = Σ − S that is Σ (MULTIPLE 1) or Σ + S (MULTIPLE 2).
// The sweep operator (Goodnight 1979, doi:10.1080/00031305.1979.10482685) turns M into −M⁻¹ in place, pivot by pivot:
//   M[i, m] −= M[i, j] M[j, m] / d      M[i, j] = M[i, j] / d      M[j, j] = −1 / d      d = M[j, j]
// Each d is a pivot of the LDLᵀ factorisation, so ln|M| = Σ ln d; a pivot that is not positive, or is rounding
// noise beside its original value, means that M is not positive definite: evaluation[3] becomes 1 (0 after a success
// of the first of two) and nothing else is written, so a failure is never a number.
// difference, sample, inverse: k rows of ⌈k/4⌉ vec4f read as scalars; the padding of `inverse` is set to zero.
// One workgroup. Invocations own whole rows of the lower triangle; two barriers a pivot keep reads of column j
// apart from its writes.

struct SweepSizes {
  size: u32, // k
  stride: u32, // 4⌈k/4⌉
}

override WORKGROUP: u32;
override CAPACITY: u32; // k (k + 1) / 2 at most
override MULTIPLE: f32;
override SLOT: u32; // which element of `evaluation` takes the log-determinant
/// A pivot below this share of its diagonal element is rounding noise (about two units in the last place).
const SMALLEST_PIVOT = 2.4e-7;

@group(0) @binding(0) var<uniform> sizes: SweepSizes;
@group(0) @binding(1) var<storage, read> difference: array<f32>;
@group(0) @binding(2) var<storage, read> sample: array<f32>;
@group(0) @binding(3) var<storage, read_write> inverse: array<f32>;
@group(0) @binding(4) var<storage, read_write> evaluation: array<f32>;

var<workgroup> triangle: array<f32, CAPACITY>;

fn place(i: u32, j: u32) -> u32 {
  let high = max(i, j);
  return high * (high + 1u) / 2u + min(i, j);
}

fn element(i: u32, j: u32) -> f32 {
  return difference[i * sizes.stride + j] + MULTIPLE * sample[i * sizes.stride + j];
}

@compute @workgroup_size(WORKGROUP)
fn sweep_inverse(@builtin(local_invocation_index) lane: u32) {
  let k = sizes.size;
  for (var i = lane; i < k; i += WORKGROUP) {
    for (var j = 0u; j <= i; j++) { triangle[place(i, j)] = element(i, j); }
  }
  var log_determinant = 0.0;
  var is_definite = true;
  for (var j = 0u; j < k; j++) {
    workgroupBarrier();
    var pivot = triangle[place(j, j)];
    // Written so that NaN fails too. After a failure the sweep goes on with a stand-in, because barriers must be met
    // by all; nothing of it is kept.
    if (!(pivot > SMALLEST_PIVOT * element(j, j))) {
      is_definite = false;
      pivot = 1;
    }
    log_determinant += log(pivot);
    eliminate(j, 1 / pivot, lane);
    workgroupBarrier();
    for (var i = lane; i < k; i += WORKGROUP) {
      if (i == j) { triangle[place(j, j)] = -1 / pivot; } else { triangle[place(i, j)] /= pivot; }
    }
  }
  workgroupBarrier();
  if (lane == 0u && (SLOT == 1u || !is_definite)) { evaluation[3] = select(1.0, 0.0, is_definite); }
  if (!is_definite) { return; }
  for (var i = lane; i < k; i += WORKGROUP) {
    for (var j = 0u; j < sizes.stride; j++) {
      inverse[i * sizes.stride + j] = select(0.0, -triangle[place(i, min(j, k - 1u))], j < k);
    }
  }
  if (lane == 0u) { evaluation[SLOT] = log_determinant; }
}

/// M[i, m] −= M[i, j] M[m, j] / d for the rows of this invocation, leaving row and column j.
fn eliminate(j: u32, reciprocal: f32, lane: u32) {
  for (var i = lane; i < sizes.size; i += WORKGROUP) {
    if (i == j) { continue; }
    let share = triangle[place(i, j)] * reciprocal;
    let row = i * (i + 1u) / 2u;
    for (var m = 0u; m <= i; m++) {
      if (m != j) { triangle[row + m] -= share * triangle[place(m, j)]; }
    }
  }
}
