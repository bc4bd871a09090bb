// sum_rows: column sums of the drawn rows of one group's table of products and deviations.
//   sums[r, c] = Σ_i table[drawn[r, i], c]
// table: rows × quads of vec4f. sums: replicates × quads. One invocation adds up four columns of one replicate; its
// neighbours take the next columns of the same rows, so they read neighbouring words. Sums of PARTIAL rows are added to
// the total, which keeps float32 rounding at √PARTIAL + √(rows / PARTIAL) units instead of √rows.

override WORKGROUP: u32;
const PARTIAL = 64u;

struct Sums {
  replicates: u32,
  rows: u32,
  blocks: u32,
  quads: u32,
}

@group(0) @binding(0) var<uniform> extent: Sums;
@group(0) @binding(1) var<storage, read> drawn: array<u32>;
@group(0) @binding(2) var<storage, read> table: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn sum_rows(@builtin(global_invocation_id) id: vec3u) {
  let quad = id.x % extent.quads;
  let replicate = id.x / extent.quads;
  if (replicate >= extent.replicates) { return; }
  let first = 4u * extent.blocks * replicate;
  var total = vec4f(0);
  for (var start = 0u; start < extent.rows; start += PARTIAL) {
    let end = min(start + PARTIAL, extent.rows);
    var partial = vec4f(0);
    for (var i = start; i < end; i++) { partial += table[drawn[first + i] * extent.quads + quad]; }
    total += partial;
  }
  sums[id.x] = total;
}
