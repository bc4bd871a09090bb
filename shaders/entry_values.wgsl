// entry_values: the current value of every entry of Λ, B and Ψ.
//   value[e] = constant[e] · θ[parameter[e]]   where the entry is free
//   value[e] = constant[e]                     where it is fixed (parameter[e] < 0)
// One invocation owns one entry and writes only its element.

struct Sizes { count: u32 }

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> parameter: array<i32>;
@group(0) @binding(2) var<storage, read> constant: array<f32>;
@group(0) @binding(3) var<storage, read> theta: array<f32>;
@group(0) @binding(4) var<storage, read_write> value: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn entry_values(@builtin(global_invocation_id) id: vec3u) {
  let e = id.x;
  if (e >= sizes.count) { return; }
  let j = parameter[e];
  value[e] = constant[e] * select(1.0, theta[max(j, 0)], j >= 0);
}
