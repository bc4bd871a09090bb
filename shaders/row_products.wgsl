// row_products: C = X Yᵀ for matrices whose rows lie in memory as vec4f, such as the two halves of Σ⁻¹ (Σ − S) Σ⁻¹.
//   C[i, j] = Σ_m X[i, m] Y[j, m]
// left: X, right: Y, result: C, each `size` rows of `quads` vec4f, zero past `size`. For sizes of a workgroup's
// inverse; larger ones go through linalg/matmul.
// One invocation owns the tile C[4r … 4r+3, 4s … 4s+3] and writes four vec4f.

struct ProductSizes {
  size: u32,
  quads: u32, // ⌈size/4⌉
}

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> sizes: ProductSizes;
@group(0) @binding(1) var<storage, read> left: array<vec4f>;
@group(0) @binding(2) var<storage, read> right: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(WORKGROUP, WORKGROUP)
fn row_products(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= sizes.quads || id.y >= sizes.quads) { return; }
  let last = sizes.size - 1u;
  let lanes = vec4u(0, 1, 2, 3);
  let x = min(4u * id.y + lanes, vec4u(last)) * sizes.quads;
  let y = min(4u * id.x + lanes, vec4u(last)) * sizes.quads;
  var sum = mat4x4f();
  for (var m = 0u; m < sizes.quads; m++) {
    let rows = mat4x4f(right[y.x + m], right[y.y + m], right[y.z + m], right[y.w + m]);
    // v * M is the vector of dot products of v with the columns of M.
    sum[0] += left[x.x + m] * rows;
    sum[1] += left[x.y + m] * rows;
    sum[2] += left[x.z + m] * rows;
    sum[3] += left[x.w + m] * rows;
  }
  let inside = 4u * id.x + lanes <= vec4u(last);
  for (var i = 0u; i < 4u; i++) {
    if (4u * id.y + i <= last) {
      result[(4u * id.y + i) * sizes.quads + id.x] = select(vec4f(0), sum[i], inside);
    }
  }
}
