// observed_difference: D = Σ − SUBTRACTED·S on the observed block.
//   D[i, j] = Σ_full[O_i, O_j] − SUBTRACTED · S[i, j]
// covariance: Σ_full with p rows; its columns are the observed variables (COLUMNS 0, from covariance_forward) or all
// variables (COLUMNS 1, from the accumulation method); rows padded to whole vec4f. Σ is symmetric, so that rows serve
// as columns. sample, difference: k rows of ⌈k/4⌉ vec4f, zero past k.
// Discrepancies work with D = Σ − S: near the minimum it keeps digits that Σ and S apart would cancel.
// One invocation owns one vec4f of D.

override WORKGROUP: u32;
override COLUMNS: u32;
override SUBTRACTED: f32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<storage, read> tables: array<u32>;
@group(0) @binding(2) var<storage, read> covariance: array<f32>;
@group(0) @binding(3) var<storage, read> sample: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> difference: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn observed_difference(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let quad = id.y;
  if (i >= graph.observed || quad >= graph.observed_quads) { return; }
  var sigma = vec4f(0);
  for (var lane = 0u; lane < 4u; lane++) {
    let j = 4u * quad + lane;
    if (j < graph.observed) { sigma[lane] = covariance[place(tables[graph.observed_variable + i], j)]; }
  }
  let at = i * graph.observed_quads + quad;
  difference[at] = sigma - SUBTRACTED * sample[at];
}

fn place(variable: u32, j: u32) -> u32 {
  if (COLUMNS == 0u) { return 4u * graph.observed_quads * variable + j; }
  return 4u * graph.variable_quads * variable + tables[graph.observed_variable + j];
}
