// loading_gradient: ∂F/∂Λ from the arrays of the covariance method, where loadings are many.
//   ∂F/∂Λ[l, c] = 2 Σ_r X[l, r] H[r, c]       r over observed variables, X = (ΨA)[:, O], H = G (I − B)⁻ᵀ
// cross: X by rows, adjoint: H by columns, ⌈k/4⌉ vec4f each. One invocation owns four neighbouring loadings and writes
// their derivatives. Neighbours mostly have the same effect c, whose column of H is then loaded once for all four.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> cross: array<vec4f>;
@group(0) @binding(4) var<storage, read> adjoint: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> derivative: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn loading_gradient(@builtin(global_invocation_id) id: vec3u) {
  let first = 4u * (range.first + id.x);
  if (first >= graph.first_path) { return; }
  // Past the last loading, that one again.
  let e = min(vec4u(first) + vec4u(0, 1, 2, 3), vec4u(graph.first_path - 1u));
  let quads = graph.observed_quads;
  let row = quads * vec4u(
    tables[graph.row + e.x], tables[graph.row + e.y], tables[graph.row + e.z], tables[graph.row + e.w]);
  let column = quads * vec4u(
    tables[graph.column + e.x],
    tables[graph.column + e.y],
    tables[graph.column + e.z],
    tables[graph.column + e.w]);
  var sum = mat4x4f();
  if (all(column == column.xxxx)) {
    for (var i = 0u; i < quads; i++) {
      let h = adjoint[column.x + i];
      sum[0] += cross[row.x + i] * h;
      sum[1] += cross[row.y + i] * h;
      sum[2] += cross[row.z + i] * h;
      sum[3] += cross[row.w + i] * h;
    }
  } else {
    for (var i = 0u; i < quads; i++) {
      sum[0] += cross[row.x + i] * adjoint[column.x + i];
      sum[1] += cross[row.y + i] * adjoint[column.y + i];
      sum[2] += cross[row.z + i] * adjoint[column.z + i];
      sum[3] += cross[row.w + i] * adjoint[column.w + i];
    }
  }
  let total = 2 * (vec4f(1) * sum);
  derivative[e.x] = total.x;
  if (e.y > e.x) { derivative[e.y] = total.y; }
  if (e.z > e.y) { derivative[e.z] = total.z; }
  if (e.w > e.z) { derivative[e.w] = total.w; }
}
