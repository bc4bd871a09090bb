// parameter_gradient: ∂F/∂θ from the derivatives by entry.
//   ∂F/∂θ[j] = Σ_{e of parameter j} constant[e] · ∂F/∂e
// One invocation owns one parameter and sums its entries in a fixed order, so results are reproducible.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> constant: array<f32>;
@group(0) @binding(4) var<storage, read> derivative: array<f32>;
@group(0) @binding(5) var<storage, read_write> slope: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn parameter_gradient(@builtin(global_invocation_id) id: vec3u) {
  let j = range.first + id.x;
  if (j >= graph.parameters) { return; }
  var sum = 0.0;
  let end = tables[graph.parameter_start + j + 1u];
  for (var i = tables[graph.parameter_start + j]; i < end; i++) {
    let e = tables[graph.parameter_entry + i];
    sum += constant[e] * derivative[e];
  }
  slope[j] = sum;
}
