// loading_rows: Λᵀ as a dense matrix, p rows of 4⌈q/4⌉ floats.
// One invocation owns row c: it clears it, then adds the loadings on c.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read_write> loadings: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn loading_rows(@builtin(global_invocation_id) id: vec3u) {
  let c = range.first + id.x;
  if (c >= graph.variables) { return; }
  let width = 4u * graph.source_quads;
  let row = c * width;
  for (var l = 0u; l < width; l++) { loadings[row + l] = 0; }
  let end = tables[graph.loading_start + c + 1u];
  for (var e = tables[graph.loading_start + c]; e < end; e++) {
    loadings[row + tables[graph.row + e]] += value[e];
  }
}
