// entry_values: the current value of every entry of Λ, B and Ψ.
//   value[e] = constant[e] · θ[parameter(e)]   where the entry is free
//   value[e] = constant[e]                     where it is fixed: its parameter is all ones (−1)
// One invocation owns one entry and writes only its element.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> constant: array<f32>;
@group(0) @binding(4) var<storage, read> theta: array<f32>;
@group(0) @binding(5) var<storage, read_write> value: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn entry_values(@builtin(global_invocation_id) id: vec3u) {
  let e = range.first + id.x;
  if (e >= graph.entries) { return; }
  let j = tables[graph.parameter + e];
  if (j < graph.parameters) {
    value[e] = constant[e] * theta[j];
  } else {
    value[e] = constant[e];
  }
}
