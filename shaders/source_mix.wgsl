// source_mix: X = ΨA, the covariance of every source with every variable, in the layout of A.
//   X[l, c] = Σ_m Ψ[l, m] · A[m, c]
// effects, mixed: by columns, 4⌈q/4⌉ × p scalars. One invocation owns one element (l, c).

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<storage, read> tables: array<u32>;
@group(0) @binding(2) var<storage, read> value: array<f32>;
@group(0) @binding(3) var<storage, read> effects: array<f32>;
@group(0) @binding(4) var<storage, read_write> mixed: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn source_mix(@builtin(global_invocation_id) id: vec3u) {
  let l = id.x;
  let column = 4u * graph.source_quads * id.y;
  if (l >= 4u * graph.source_quads || id.y >= graph.variables) { return; }
  var sum = 0.0;
  if (l < graph.sources) {
    let end = tables[graph.covariance_start + l + 1u];
    for (var i = tables[graph.covariance_start + l]; i < end; i++) {
      let e = tables[graph.covariance + i];
      // The source that is not l; l itself on the diagonal.
      let m = tables[graph.row + e] + tables[graph.column + e] - l;
      sum += value[e] * effects[column + m];
    }
  }
  mixed[column + l] = sum;
}
