// triangle_inverse: the inverses of the diagonal blocks of L = (I − B)ᵀ, for solves by blocks (linalg/solve).
//   X[j, j] = 1      X[i, j] = −Σ_{j ≤ m < i} L[i, m] X[m, j]      inside each BLOCK×BLOCK block
// triangle: L, p rows of 4⌈p/4⌉ floats. inverse: p rows of BLOCK floats, the lower triangles of the blocks.
// One invocation owns one column of one block.

override WORKGROUP: u32;
override BLOCK: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> triangle: array<f32>;
@group(0) @binding(3) var<storage, read_write> inverse: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn triangle_inverse(@builtin(global_invocation_id) id: vec3u) {
  let column = range.first + id.x;
  if (column >= graph.variables) { return; }
  let j = column % BLOCK;
  let end = min(column - j + BLOCK, graph.variables);
  inverse[column * BLOCK + j] = 1;
  for (var i = column + 1u; i < end; i++) {
    let row = i * 4u * graph.variable_quads;
    var sum = 0.0;
    for (var m = column; m < i; m++) { sum += triangle[row + m] * inverse[m * BLOCK + j]; }
    inverse[i * BLOCK + j] = -sum;
  }
}
