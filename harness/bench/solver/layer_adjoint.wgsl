// layer_adjoint: one layer of H = G (I − B)⁻ᵀ, as solvers with a dispatch a layer compute it; layers in reverse.
//   H[r, a] = G[r, a] + Σ_{c child of a} B[a, c] · H[r, c]      for every a of the layer
// gradient: G, k rows of ⌈k/4⌉ vec4f (symmetric, so rows are columns). adjoint: H by columns, ⌈k/4⌉ × p vec4f. members:
// the variables, layer by layer. One invocation owns four rows r of one a; it reads columns of later layers only.

override WORKGROUP: u32;

struct Layer {
  first: u32,
  count: u32,
}

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> layer: Layer;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> members: array<u32>;
@group(0) @binding(4) var<storage, read> value: array<f32>;
@group(0) @binding(5) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> adjoint: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn layer_adjoint(@builtin(global_invocation_id) id: vec3u) {
  let quads = graph.observed_quads;
  let quad = id.x;
  if (quad >= quads || id.y >= layer.count) { return; }
  let a = members[layer.first + id.y];
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
