// covariance_backward: H = G (I − B)⁻ᵀ, the rows of observed variables (the others are zero).
//   H[r, a] = G[r, a] + Σ_{c child of a} B[a, c] · H[r, c]
// gradient: G = ∂F/∂Σ, k rows of ⌈k/4⌉ vec4f (symmetric, so rows are columns). adjoint: H by columns, ⌈k/4⌉ × p vec4f.
// One invocation owns four rows r and takes them through all variables in reverse order.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> adjoint: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn covariance_backward(@builtin(global_invocation_id) id: vec3u) {
  let quad = range.first + id.x;
  let quads = graph.observed_quads;
  if (quad >= quads) { return; }
  for (var step = 0u; step < graph.variables; step++) {
    let a = graph.variables - 1u - step;
    var sum = vec4f(0);
    let place = tables[graph.observed_place + a];
    if (place < graph.observed) { sum = gradient[place * quads + quad]; }
    let end = tables[graph.effect_start + a + 1u];
    for (var i = tables[graph.effect_start + a]; i < end; i++) {
      let e = tables[graph.effect + i];
      sum += value[e] * adjoint[tables[graph.column + e] * quads + quad];
    }
    adjoint[a * quads + quad] = sum;
  }
}
