// accumulation_backward: R = A G (I − B)⁻ᵀ, in place (DESIGN §2, accumulation method; Ψ is applied to R later).
//   R[l, a] = (AG)[l, a] + Σ_{c child of a} B[a, c] · R[l, c]
// adjoint: AG before, R after, by columns, ⌈q/4⌉ × p vec4f. One invocation owns four rows l and takes them through all
// variables in reverse order.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read_write> adjoint: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn accumulation_backward(@builtin(global_invocation_id) id: vec3u) {
  let quad = range.first + id.x;
  let quads = graph.source_quads;
  if (quad >= quads) { return; }
  for (var step = 0u; step < graph.variables; step++) {
    let a = graph.variables - 1u - step;
    let first = tables[graph.effect_start + a];
    let end = tables[graph.effect_start + a + 1u];
    if (first == end) { continue; }
    var sum = adjoint[a * quads + quad];
    for (var i = first; i < end; i++) {
      let e = tables[graph.effect + i];
      sum += value[e] * adjoint[tables[graph.column + e] * quads + quad];
    }
    adjoint[a * quads + quad] = sum;
  }
}
