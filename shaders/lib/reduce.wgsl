// Pairwise sum over a workgroup of WORKGROUP invocations, a power of two: the rounding error grows with the
// logarithm of the number of terms. Every invocation must call it; each receives the sum.
var<workgroup> partial_sums: array<f32, WORKGROUP>;

fn workgroup_sum(value: f32, lane: u32) -> f32 {
  partial_sums[lane] = value;
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { partial_sums[lane] += partial_sums[lane + half]; }
  }
  return workgroupUniformLoad(&partial_sums[0]);
}
