// layer_covariance: one layer of Σ, as solvers with a dispatch a layer compute it (DESIGN §2, covariance method).
//   Σ[r, c] = Σ_{l ∈ sources of c} Λ[l, c] · X[l, r] + Σ_{a ∈ Pa(c)} B[a, c] · Σ[r, a]     for every c of the layer
// cross: X by rows. covariance: Σ[O, :] by columns, ⌈k/4⌉ × p vec4f. members: the variables, layer by layer. One
// invocation owns four rows r of one c; it reads columns of earlier layers only.

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
@group(0) @binding(5) var<storage, read> cross: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> covariance: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn layer_covariance(@builtin(global_invocation_id) id: vec3u) {
  let quads = graph.observed_quads;
  let quad = id.x;
  if (quad >= quads || id.y >= layer.count) { return; }
  let c = members[layer.first + id.y];
  var sum = vec4f(0);
  let last_loading = tables[graph.loading_start + c + 1u];
  for (var e = tables[graph.loading_start + c]; e < last_loading; e++) {
    sum += value[e] * cross[tables[graph.row + e] * quads + quad];
  }
  let last_path = graph.first_path + tables[graph.path_start + c + 1u];
  for (var e = graph.first_path + tables[graph.path_start + c]; e < last_path; e++) {
    sum += value[e] * covariance[tables[graph.row + e] * quads + quad];
  }
  covariance[c * quads + quad] = sum;
}
