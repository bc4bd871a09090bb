// layer_effects: one layer of A = Λ (I − B)⁻¹, as solvers with a dispatch a layer compute it.
//   A[l, c] = Λ[l, c] + Σ_{a ∈ Pa(c)} B[a, c] · A[l, a]      for every source l and every c of the layer
// effects: A by columns, ⌈q/4⌉ × p vec4f. members: the variables, layer by layer. One invocation owns four rows l of one
// c; it reads columns of earlier layers only.

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
@group(0) @binding(5) var<storage, read_write> effects: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn layer_effects(@builtin(global_invocation_id) id: vec3u) {
  let quads = graph.source_quads;
  let quad = id.x;
  if (quad >= quads || id.y >= layer.count) { return; }
  let c = members[layer.first + id.y];
  var sum = vec4f(0);
  // Loadings of a variable are in the order of their sources.
  let last_loading = tables[graph.loading_start + c + 1u];
  var loading = first_at(tables[graph.loading_start + c], last_loading, 4u * quad);
  while (loading < last_loading && tables[graph.row + loading] / 4u == quad) {
    sum[tables[graph.row + loading] % 4u] += value[loading];
    loading++;
  }
  let last_path = graph.first_path + tables[graph.path_start + c + 1u];
  for (var e = graph.first_path + tables[graph.path_start + c]; e < last_path; e++) {
    sum += value[e] * effects[tables[graph.row + e] * quads + quad];
  }
  effects[c * quads + quad] = sum;
}

/// The first entry of first…end − 1 whose row is `row` or later.
fn first_at(first: u32, end: u32, row: u32) -> u32 {
  var low = first;
  var high = end;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (tables[graph.row + middle] < row) { low = middle + 1u; } else { high = middle; }
  }
  return low;
}
