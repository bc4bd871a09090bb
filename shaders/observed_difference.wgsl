// observed_difference: D = Σ − S on the observed block.
//   D[i, j] = Σ_full[O_j, O_i] − S[i, j]
// covariance: Σ[O, :] by columns (covariance_forward). sample, difference: k rows of ⌈k/4⌉ vec4f, zero past k.
// Everything downstream works with D: near the minimum it keeps digits that Σ and S apart would cancel.
// One invocation owns one vec4f of D.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<storage, read> tables: array<u32>;
@group(0) @binding(2) var<storage, read> covariance: array<vec4f>;
@group(0) @binding(3) var<storage, read> sample: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> difference: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn observed_difference(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let quad = id.y;
  let quads = graph.observed_quads;
  if (i >= graph.observed || quad >= quads) { return; }
  let variable = tables[graph.observed_variable + i];
  difference[i * quads + quad] = covariance[variable * quads + quad] - sample[i * quads + quad];
}
