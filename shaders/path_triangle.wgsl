// path_triangle: L = (I − B)ᵀ as a dense matrix, unit lower triangular in the graph's order; the upper triangle is left.
//   L[c, a] = δ[c, a] − B[a, c]
// triangle: p rows of 4⌈p/4⌉ floats. One invocation owns row c: it clears it, then subtracts the paths into c.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read_write> triangle: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn path_triangle(@builtin(global_invocation_id) id: vec3u) {
  let c = range.first + id.x;
  if (c >= graph.variables) { return; }
  let row = c * 4u * graph.variable_quads;
  for (var a = 0u; a < c; a++) { triangle[row + a] = 0; }
  triangle[row + c] = 1;
  let end = graph.first_path + tables[graph.path_start + c + 1u];
  for (var e = graph.first_path + tables[graph.path_start + c]; e < end; e++) {
    triangle[row + tables[graph.row + e]] -= value[e];
  }
}
