// district_cross: K = S (I − B), the sample's covariance of every variable with every structural residual.
//   K[r, c] = S[r, c] − Σ_{a ∈ Pa(c)} B[a, c] S[r, a]
// sample: S, cross: K by columns; ⌈p/4⌉ × p vec4f, both in the graph's order. One invocation owns one vec4f of K.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<storage, read> tables: array<u32>;
@group(0) @binding(2) var<storage, read> value: array<f32>;
@group(0) @binding(3) var<storage, read> sample: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> cross: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn district_cross(@builtin(global_invocation_id) id: vec3u) {
  let quad = id.x;
  let c = id.y;
  let quads = graph.variable_quads;
  if (quad >= quads || c >= graph.variables) { return; }
  var sum = sample[c * quads + quad];
  let end = graph.first_path + tables[graph.path_start + c + 1u];
  for (var e = graph.first_path + tables[graph.path_start + c]; e < end; e++) {
    sum -= value[e] * sample[tables[graph.row + e] * quads + quad];
  }
  cross[c * quads + quad] = sum;
}
