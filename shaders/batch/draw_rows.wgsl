// draw_rows: the rows that replicates draw with replacement from one group, by Philox4x32-10.
//   row of place i = ⌊u n / 2³²⌋ with u the i-th 32-bit word of stream `stream` of replicate first + r
// drawn: replicates × places, places rounded up to four. One invocation makes one block of four words; its counter is
// (block, replicate, stream, 0), so every word is a function of its place alone and the same on every machine.

override WORKGROUP: u32;

struct Draws {
  replicates: u32,
  rows: u32,
  blocks: u32,
  first: u32,
  stream: u32,
  key0: u32,
  key1: u32,
}

@group(0) @binding(0) var<uniform> draws: Draws;
@group(0) @binding(1) var<storage, read_write> drawn: array<vec4u>;

@compute @workgroup_size(WORKGROUP)
fn draw_rows(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= draws.blocks || id.y >= draws.replicates) { return; }
  let words = philox(vec4u(id.x, draws.first + id.y, draws.stream, 0u), vec2u(draws.key0, draws.key1));
  drawn[id.y * draws.blocks + id.x] = vec4u(
    multiply_high(words.x, draws.rows),
    multiply_high(words.y, draws.rows),
    multiply_high(words.z, draws.rows),
    multiply_high(words.w, draws.rows),
  );
}
