// total_effects: A = Λ (I − B)⁻¹, the total effect of every source on every variable (DESIGN §2).
//   A[l, c] = Λ[l, c] + Σ_{a ∈ Pa(c)} B[a, c] · A[l, a]
// effects: A by columns, ⌈q/4⌉ × p vec4f. One invocation owns four rows l and takes them through all variables in
// topological order. Rows do not depend on each other, so layers need no synchronisation.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read_write> effects: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn total_effects(@builtin(global_invocation_id) id: vec3u) {
  let quad = range.first + id.x;
  let quads = graph.source_quads;
  if (quad >= quads) { return; }
  for (var c = 0u; c < graph.variables; c++) { effects[c * quads + quad] = vec4f(0); }
  for (var lane = 0u; lane < 4u; lane++) {
    let l = 4u * quad + lane;
    if (l >= graph.sources) { break; }
    let end = tables[graph.source_start + l + 1u];
    for (var i = tables[graph.source_start + l]; i < end; i++) {
      let e = tables[graph.source_loading + i];
      effects[tables[graph.column + e] * quads + quad][lane] += value[e];
    }
  }
  for (var c = 0u; c < graph.variables; c++) {
    let first = tables[graph.path_start + c];
    let end = tables[graph.path_start + c + 1u];
    if (first == end) { continue; }
    var sum = effects[c * quads + quad];
    for (var i = first; i < end; i++) {
      let e = graph.first_path + i;
      sum += value[e] * effects[tables[graph.row + e] * quads + quad];
    }
    effects[c * quads + quad] = sum;
  }
}
