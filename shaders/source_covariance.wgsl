// source_covariance: X = (ΨA)[:, O], the covariance of every source with every observed variable.
//   X[l, r] = Σ_m Ψ[l, m] · A[m, O_r]
// effects: A by columns, as scalars, 4⌈q/4⌉ × p. cross: X by rows, ⌈k/4⌉ vec4f each, zero past k.
// One invocation owns one l and four observed variables r, and writes one vec4f.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<storage, read> tables: array<u32>;
@group(0) @binding(2) var<storage, read> value: array<f32>;
@group(0) @binding(3) var<storage, read> effects: array<f32>;
@group(0) @binding(4) var<storage, read_write> cross: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn source_covariance(@builtin(global_invocation_id) id: vec3u) {
  let l = id.x;
  let quad = id.y;
  if (l >= graph.sources || quad >= graph.observed_quads) { return; }
  var column = vec4u(0);
  for (var lane = 0u; lane < 4u; lane++) {
    let r = min(4u * quad + lane, graph.observed - 1u);
    column[lane] = 4u * graph.source_quads * tables[graph.observed_variable + r];
  }
  var sum = vec4f(0);
  let end = tables[graph.covariance_start + l + 1u];
  for (var i = tables[graph.covariance_start + l]; i < end; i++) {
    let e = tables[graph.covariance + i];
    // The source that is not l; l itself on the diagonal.
    let m = tables[graph.row + e] + tables[graph.column + e] - l;
    sum += value[e] * vec4f(
      effects[column.x + m], effects[column.y + m], effects[column.z + m], effects[column.w + m]);
  }
  let r = vec4u(4u * quad) + vec4u(0, 1, 2, 3);
  cross[l * graph.observed_quads + quad] = select(vec4f(0), sum, r < vec4u(graph.observed));
}
