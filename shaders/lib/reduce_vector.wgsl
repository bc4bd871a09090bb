// Pairwise sums of four numbers at once over a workgroup of WORKGROUP invocations, a power of two (see lib/reduce.wgsl).
// Every invocation must call it; each receives the sums. Two barriers at least lie between what went before and after.
var<workgroup> partial_vectors: array<vec4f, WORKGROUP>;

fn workgroup_sums(values: vec4f, lane: u32) -> vec4f {
  partial_vectors[lane] = values;
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { partial_vectors[lane] += partial_vectors[lane + half]; }
  }
  return workgroupUniformLoad(&partial_vectors[0]);
}
