// district_likelihood: the maximum-likelihood terms of small districts (DESIGN §2, district form).
//   E = Ω − M      P = Ω⁻¹      F_D = ln|Ω| − tr(P E)      ∂F/∂Ω = P E P
// ln|Ω| + tr(Ω⁻¹M) − d, written with E, which keeps the digits that matter near the minimum.
// Blocks of d rows of 4⌈d/4⌉ floats: errors holds Ω before and P after, moments M before and P E after, difference E,
// adjoint ∂F/∂Ω. evaluation[8 + district] = F_D. A district whose Ω is not positive definite raises status[0].
// One invocation owns one district of at most LARGEST variables; the sweep operator (see sweep_inverse) inverts Ω.

override WORKGROUP: u32;
override LARGEST: u32;
/// A pivot below this share of its diagonal element is rounding noise (about two units in the last place).
const SMALLEST_PIVOT = 2.4e-7;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read_write> errors: array<f32>;
@group(0) @binding(4) var<storage, read_write> moments: array<f32>;
@group(0) @binding(5) var<storage, read_write> difference: array<f32>;
@group(0) @binding(6) var<storage, read_write> adjoint: array<f32>;
@group(0) @binding(7) var<storage, read_write> evaluation: array<f32>;
@group(0) @binding(8) var<storage, read_write> status: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP)
fn district_likelihood(@builtin(global_invocation_id) id: vec3u) {
  let district = range.first + id.x;
  if (district >= graph.districts) { return; }
  let size = tables[graph.district_start + district + 1u] - tables[graph.district_start + district];
  if (size > LARGEST) { return; }
  let width = 4u * tables[graph.district_quads + district];
  let block_start = tables[graph.district_offset + district];
  let block_end = block_start + size * width;
  for (var at = block_start; at < block_end; at++) { difference[at] = errors[at] - moments[at]; }
  var log_determinant = 0.0;
  for (var b = 0u; b < size; b++) {
    let row = block_start + b * width;
    let pivot = errors[row + b];
    // M + E is the diagonal of Ω before the sweep. Written so that NaN fails too.
    if (!(pivot > SMALLEST_PIVOT * (moments[row + b] + difference[row + b]))) {
      atomicMax(&status[0], 1u);
      return;
    }
    log_determinant += log(pivot);
    sweep(block_start, width, size, b);
  }
  // The sweep leaves −Ω⁻¹.
  var trace = 0.0;
  for (var at = block_start; at < block_end; at++) {
    errors[at] = -errors[at];
    trace += errors[at] * difference[at];
  }
  evaluation[8u + district] = log_determinant - trace;
  for (var i = 0u; i < size; i++) {
    for (var j = 0u; j < size; j++) {
      var sum = 0.0;
      for (var m = 0u; m < size; m++) {
        sum += errors[block_start + i * width + m] * difference[block_start + m * width + j];
      }
      moments[block_start + i * width + j] = sum;
    }
  }
  for (var i = 0u; i < size; i++) {
    for (var j = 0u; j < size; j++) {
      var sum = 0.0;
      for (var m = 0u; m < size; m++) {
        sum += moments[block_start + i * width + m] * errors[block_start + m * width + j];
      }
      adjoint[block_start + i * width + j] = sum;
    }
  }
}

/// One step of the sweep of errors: row and column b leave, −1 / pivot stands at their crossing.
fn sweep(block_start: u32, width: u32, size: u32, b: u32) {
  let pivot_row = block_start + b * width;
  let reciprocal = 1 / errors[pivot_row + b];
  for (var i = 0u; i < size; i++) {
    if (i == b) { continue; }
    let row = block_start + i * width;
    let share = errors[row + b] * reciprocal;
    for (var j = 0u; j < size; j++) {
      if (j != b) { errors[row + j] -= share * errors[pivot_row + j]; }
    }
    errors[row + b] = share;
  }
  for (var j = 0u; j < size; j++) { errors[pivot_row + j] *= reciprocal; }
  errors[pivot_row + b] = -reciprocal;
}
