// matmul_onto_left: C = α·A·B + β·C + δ·I where A and C are parts of one buffer that do not overlap, and B stands
// in another (lib/product.wgsl), such as X₂₁ = −X₂₂·P of a triangular inverse.
// Nothing is done where `status` holds the pivot of a failed factorisation.

override WORKGROUP_X: u32;
override WORKGROUP_Y: u32;

@group(0) @binding(0) var<uniform> sizes: ProductSizes;
@group(0) @binding(1) var<storage, read> status: array<u32>;
@group(0) @binding(2) var<storage, read> right_matrix: array<f32>;
@group(0) @binding(3) var<storage, read_write> matrix: array<f32>;

fn left(i: u32) -> f32 { return matrix[i]; }
fn right(i: u32) -> f32 { return right_matrix[i]; }
fn result_at(i: u32) -> f32 { return matrix[i]; }
fn set_result(i: u32, value: f32) { matrix[i] = value; }

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn matmul_onto_left(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  if (status[sizes.flag] != 0u) { return; }
  product(sizes, group, local.xy);
}
