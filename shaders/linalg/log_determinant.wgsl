// log_determinant: ln|A| = Σ_i ln(L[i, i]²) of a Cholesky factor L, written to values[slot].
// One workgroup. Invocation i sums every WORKGROUP-th term, then all sums meet pairwise.
// Nothing is written where the factorisation failed.

struct Sizes {
  order: u32,
  origin: u32,
  row_step: u32,
  slot: u32,
  flag: u32,
}

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> status: array<u32>;
@group(0) @binding(2) var<storage, read> factor: array<f32>;
@group(0) @binding(3) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn log_determinant(@builtin(local_invocation_index) lane: u32) {
  if (status[sizes.flag] != 0u) { return; }
  var sum = 0.0;
  for (var i = lane; i < sizes.order; i += WORKGROUP) {
    sum += log(factor[sizes.origin + i * (sizes.row_step + 1u)]);
  }
  let total = 2.0 * workgroup_sum(sum, lane);
  if (lane == 0u) { values[sizes.slot] = total; }
}
