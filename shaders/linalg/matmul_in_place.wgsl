// matmul_in_place: C = α·A·B + β·C + δ·I where A, B and C are parts of one buffer that do not overlap
// (lib/product.wgsl), such as the trailing update A₂₂ −= L₂₁L₂₁ᵀ of a Cholesky factorisation. WebGPU does not
// let one dispatch bind a buffer both to read and to write, hence a kernel of its own.
// Nothing is done where `status` holds the pivot of a failed factorisation.

override WORKGROUP_X: u32;
override WORKGROUP_Y: u32;

@group(0) @binding(0) var<uniform> sizes: ProductSizes;
@group(0) @binding(1) var<storage, read> status: array<u32>;
@group(0) @binding(2) var<storage, read_write> matrix: array<f32>;

fn left(i: u32) -> f32 { return matrix[i]; }
fn right(i: u32) -> f32 { return matrix[i]; }
fn result_at(i: u32) -> f32 { return matrix[i]; }
fn set_result(i: u32, value: f32) { matrix[i] = value; }

@compute @workgroup_size(WORKGROUP_X, WORKGROUP_Y)
fn matmul_in_place(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  if (status[sizes.flag] != 0u) { return; }
  product(sizes, group, local.xy);
}
