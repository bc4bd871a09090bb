// matmul: C = α·A·B + β·C + δ·I for strided, transposed or triangular A and B (lib/product.wgsl).
// Nothing is done where `status` holds the pivot of a failed factorisation: C keeps its old values.
// C must not overlap A or B; see matmul_in_place for matrices of one buffer.

override WORKGROUP_X: u32;
override WORKGROUP_Y: u32;

@group(0) @binding(0) var<uniform> sizes: ProductSizes;
@group(0) @binding(1) var<storage, read> status: array<u32>;
@group(0) @binding(2) var<storage, read> left_matrix: array<f32>;
@group(0) @binding(3) var<storage, read> right_matrix: array<f32>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;

fn left(i: u32) -> f32 { return left_matrix[i]; }
fn right(i: u32) -> f32 { return right_matrix[i]; }
fn result_at(i: u32) -> f32 { return result[i]; }
fn set_result(i: u32, value: f32) { result[i] = value; }

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn matmul(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  if (status[sizes.flag] != 0u) { return; }
  product(sizes, group, local.xy);
}
