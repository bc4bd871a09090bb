// Tile products through workgroup memory, for real GPUs: a workgroup loads DEPTH columns of `left` and rows of
// `right` once, and each invocation reads 16 vectors of them for every 256 multiply-adds.
//   tile[i, j] = Σ_k left[i, k] · right[k, j]
// The kernel provides `left(index)` and `right(index)`, the elements of its two buffers.
// Every invocation of the workgroup must call `tile_product`: it has barriers.

const DEPTH = 16u;
override LEFT_QUADS: u32 = 2u * WORKGROUP_Y;
override RIGHT_QUADS: u32 = 2u * WORKGROUP_X;

// left_panel[k, q]: rows 4q…4q+3 of column k; right_panel[k, q]: columns 4q…4q+3 of row k.
var<workgroup> left_panel: array<vec4f, DEPTH * LEFT_QUADS>;
var<workgroup> right_panel: array<vec4f, DEPTH * RIGHT_QUADS>;

// The two block rows (columns) of an invocation lie half a workgroup apart, so that neighbours read neighbouring vectors.
fn tile_place(group: vec2u, local: vec2u) -> Place {
  let column = 4u * (group.x * RIGHT_QUADS + local.x);
  let row = 4u * (group.y * LEFT_QUADS + local.y);
  return Place(vec2u(row, row + 4u * WORKGROUP_Y), vec2u(column, column + 4u * WORKGROUP_X));
}

fn tile_product(a: Operand, b: Operand, inner: u32, group: vec2u, local: vec2u, wanted: bool) -> Tile {
  let first_row = 4u * group.y * LEFT_QUADS;
  let first_column = 4u * group.x * RIGHT_QUADS;
  let rows = vec2u(first_row, first_row + 4u * LEFT_QUADS);
  let columns = vec2u(first_column, first_column + 4u * RIGHT_QUADS);
  let range = inner_range(a.shape, b.shape, rows, columns, inner);
  let lane = local.y * WORKGROUP_X + local.x;
  var tile = Tile();
  for (var k = range.begin; k < range.end; k += DEPTH) {
    load_left_panel(a, first_row, k, inner, lane);
    load_right_panel(b, k, first_column, inner, lane);
    workgroupBarrier();
    for (var d = 0u; d < DEPTH; d += 4u) {
      let upper = transpose(left_panel_block(d, local.y));
      let lower = transpose(left_panel_block(d, local.y + WORKGROUP_Y));
      let first = right_panel_block(d, local.x);
      let second = right_panel_block(d, local.x + WORKGROUP_X);
      tile = add_products(tile, upper, lower, first, second);
    }
    workgroupBarrier();
  }
  return tile;
}

fn left_panel_block(d: u32, quad: u32) -> mat4x4f {
  let i = d * LEFT_QUADS + quad;
  return mat4x4f(
    left_panel[i],
    left_panel[i + LEFT_QUADS],
    left_panel[i + 2u * LEFT_QUADS],
    left_panel[i + 3u * LEFT_QUADS]
  );
}

fn right_panel_block(d: u32, quad: u32) -> mat4x4f {
  let i = d * RIGHT_QUADS + quad;
  return mat4x4f(
    right_panel[i],
    right_panel[i + RIGHT_QUADS],
    right_panel[i + 2u * RIGHT_QUADS],
    right_panel[i + 3u * RIGHT_QUADS]
  );
}

// Neighbouring invocations read along whichever direction is contiguous in memory.
fn panel_cell(vector: u32, quads: u32, along_depth: bool) -> vec2u {
  if (along_depth) { return vec2u(vector % DEPTH, vector / DEPTH); }
  return vec2u(vector / quads, vector % quads);
}

fn load_left_panel(a: Operand, first_row: u32, k: u32, inner: u32, lane: u32) {
  for (var v = lane; v < DEPTH * LEFT_QUADS; v += WORKGROUP_X * WORKGROUP_Y) {
    let cell = panel_cell(v, LEFT_QUADS, a.column_step == 1u);
    let row = first_row + 4u * cell.y;
    let column = k + cell.x;
    let i = a.origin + row * a.row_step + column * a.column_step;
    let values = vec4f(left(i), left(i + a.row_step), left(i + 2u * a.row_step), left(i + 3u * a.row_step));
    let is_inside = vec4<bool>(
      is_kept(row, column, a.shape),
      is_kept(row + 1u, column, a.shape),
      is_kept(row + 2u, column, a.shape),
      is_kept(row + 3u, column, a.shape)
    );
    left_panel[cell.x * LEFT_QUADS + cell.y] = select(vec4f(), values, is_inside & vec4<bool>(column < inner));
  }
}

fn load_right_panel(b: Operand, k: u32, first_column: u32, inner: u32, lane: u32) {
  for (var v = lane; v < DEPTH * RIGHT_QUADS; v += WORKGROUP_X * WORKGROUP_Y) {
    let cell = panel_cell(v, RIGHT_QUADS, b.row_step == 1u);
    let row = k + cell.x;
    let column = first_column + 4u * cell.y;
    let i = b.origin + row * b.row_step + column * b.column_step;
    let s = b.column_step;
    let values = vec4f(right(i), right(i + s), right(i + 2u * s), right(i + 3u * s));
    right_panel[cell.x * RIGHT_QUADS + cell.y] = masked_row(values, row, column, inner, column + 4u, b.shape);
  }
}
