// discrepancy_total: evaluation[0] = F, from the sums by column that discrepancy_sum left.
// One invocation; k additions, in the order of four running sums.

@group(0) @binding(0) var<uniform> inputs: DiscrepancyInputs;
@group(0) @binding(1) var<storage, read_write> evaluation: array<f32>;

@compute @workgroup_size(1)
fn discrepancy_total() {
  var sums = vec4f(0);
  for (var j = 0u; j < inputs.size; j++) { sums[j % 4u] += evaluation[8u + j]; }
  evaluation[0] = discrepancy_value((sums.x + sums.y) + (sums.z + sums.w), whole_of(inputs, evaluation[1], evaluation[2]));
}
