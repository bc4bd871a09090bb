// gradient_scatter: G over all variables from G over the observed ones.
//   scattered[a, b] = G[place of a, place of b], or 0 where a or b is not observed
// gradient: k rows of 4⌈k/4⌉ floats. scattered: p rows of 4⌈p/4⌉ floats. One invocation owns one element.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<storage, read> tables: array<u32>;
@group(0) @binding(2) var<storage, read> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> scattered: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn gradient_scatter(@builtin(global_invocation_id) id: vec3u) {
  let width = 4u * graph.variable_quads;
  if (id.x >= width || id.y >= graph.variables) { return; }
  var element = 0.0;
  if (id.x < graph.variables) {
    let i = tables[graph.observed_place + id.y];
    let j = tables[graph.observed_place + id.x];
    if (max(i, j) < graph.observed) { element = gradient[4u * graph.observed_quads * i + j]; }
  }
  scattered[id.y * width + id.x] = element;
}
