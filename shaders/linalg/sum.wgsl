// sum: values[slot] = factor · Σ_i partial[i], the second half of every reduction over a matrix.
// One workgroup. Invocation i sums every WORKGROUP-th term, then all sums meet pairwise.
// Nothing is written where `status` holds the pivot of a failed factorisation.

struct Sizes {
  count: u32,
  slot: u32,
  flag: u32,
  factor: f32,
}

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> status: array<u32>;
@group(0) @binding(2) var<storage, read> partial: array<f32>;
@group(0) @binding(3) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn sum(@builtin(local_invocation_index) lane: u32) {
  if (status[sizes.flag] != 0u) { return; }
  var own = 0.0;
  for (var i = lane; i < sizes.count; i += WORKGROUP) { own += partial[i]; }
  let total = sizes.factor * workgroup_sum(own, lane);
  if (lane == 0u) { values[sizes.slot] = total; }
}
