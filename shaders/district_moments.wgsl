// district_moments: M = (I − B)ᵀ S (I − B), the sample's covariance of the structural residuals, block by district.
//   M[i, j] = K[i, j] − Σ_{a ∈ Pa(i)} B[a, i] K[a, j]        K = S (I − B) from district_cross
// cross: K by columns as scalars, 4⌈p/4⌉ × p. moments: blocks as in district_errors.
// One invocation owns one element: variable i and place j of its district.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<storage, read> tables: array<u32>;
@group(0) @binding(2) var<storage, read> value: array<f32>;
@group(0) @binding(3) var<storage, read> cross: array<f32>;
@group(0) @binding(4) var<storage, read_write> moments: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn district_moments(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let place = id.y;
  if (i >= graph.variables) { return; }
  let district = tables[graph.district_of + i];
  let first = tables[graph.district_start + district];
  let width = 4u * tables[graph.district_quads + district];
  if (place >= width) { return; }
  var sum = 0.0;
  if (first + place < tables[graph.district_start + district + 1u]) {
    let column = 4u * graph.variable_quads * tables[graph.district_member + first + place];
    sum = cross[column + i];
    let end = graph.first_path + tables[graph.path_start + i + 1u];
    for (var e = graph.first_path + tables[graph.path_start + i]; e < end; e++) {
      sum -= value[e] * cross[column + tables[graph.row + e]];
    }
  }
  moments[tables[graph.district_offset + district] + tables[graph.district_place + i] * width + place] = sum;
}
