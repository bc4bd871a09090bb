// The whole of a product kernel but for its bindings:
//   C = α·A·B + β·C + δ·I        A: rows×inner, B: inner×columns, C: rows×columns, one product a batch
// A and B may be transposed (steps swapped) or triangular (the rest is never read). Of C, all, the lower
// triangle, or the lower triangle with its mirror image is written. One invocation owns one 8×8 tile of C and,
// for a symmetric result, that tile's mirror image. The kernel provides `left`, `right`, `result_at`, `set_result`.

struct ProductSizes {
  rows: u32,
  columns: u32,
  inner: u32,
  first_group: u32,
  left_origin: u32,
  left_row_step: u32,
  left_column_step: u32,
  left_batch_step: u32,
  left_shape: u32,
  right_origin: u32,
  right_row_step: u32,
  right_column_step: u32,
  right_batch_step: u32,
  right_shape: u32,
  result_origin: u32,
  result_row_step: u32,
  result_batch_step: u32,
  result_shape: u32,
  alpha: f32,
  beta: f32,
  diagonal: f32,
  flag: u32,
}

fn product(sizes: ProductSizes, group_id: vec3u, local: vec2u) {
  let batch = group_id.z;
  var group = vec2u(group_id.x, group_id.y + sizes.first_group);
  if (sizes.result_shape != FULL && sizes.rows == sizes.columns) {
    let groups = (sizes.rows + 8u * WORKGROUP_Y - 1u) / (8u * WORKGROUP_Y);
    group = unfold_triangle(group, groups);
    if (group.x >= groups) { return; }
  }
  let left_origin = sizes.left_origin + batch * sizes.left_batch_step;
  let right_origin = sizes.right_origin + batch * sizes.right_batch_step;
  let a = Operand(left_origin, sizes.left_row_step, sizes.left_column_step, sizes.left_shape);
  let b = Operand(right_origin, sizes.right_row_step, sizes.right_column_step, sizes.right_shape);
  let place = tile_place(group, local);
  let is_inside = place.rows.x < sizes.rows && place.columns.x < sizes.columns;
  let wanted = is_inside && (sizes.result_shape == FULL || place.columns.x <= place.rows.y + 3u);
  let tile = tile_product(a, b, sizes.inner, group, local, wanted);
  if (!wanted) { return; }
  let origin = sizes.result_origin + batch * sizes.result_batch_step;
  let last = vec2u(place.rows.y, place.columns.y) + 3u;
  let is_whole = last.x < sizes.rows && last.y < sizes.columns;
  let is_plain = sizes.result_shape == FULL && sizes.diagonal == 0.0;
  if (is_whole && (is_plain || last.y < place.rows.x)) {
    store_whole(sizes, origin, tile, place);
  } else {
    store_masked(sizes, origin, tile, place);
  }
}

// A tile inside C that does not touch what is special about C's diagonal, then its mirror image: straight code, for speed.
fn store_whole(sizes: ProductSizes, origin: u32, tile: Tile, place: Place) {
  var row_step = sizes.result_row_step;
  var column_step = 1u;
  for (var image = 0u; image <= u32(sizes.result_shape == SYMMETRIC); image++) {
    let rows = vec2u(origin) + place.rows * row_step;
    let columns = place.columns * column_step;
    store_block(sizes, tile.upper_left, rows.x + columns.x, row_step, column_step);
    store_block(sizes, tile.upper_right, rows.x + columns.y, row_step, column_step);
    store_block(sizes, tile.lower_left, rows.y + columns.x, row_step, column_step);
    store_block(sizes, tile.lower_right, rows.y + columns.y, row_step, column_step);
    column_step = row_step;
    row_step = 1u;
  }
}

fn store_block(sizes: ProductSizes, block: mat4x4f, i: u32, row_step: u32, column_step: u32) {
  store_row(sizes, block[0], i, column_step);
  store_row(sizes, block[1], i + row_step, column_step);
  store_row(sizes, block[2], i + 2u * row_step, column_step);
  store_row(sizes, block[3], i + 3u * row_step, column_step);
}

fn store_row(sizes: ProductSizes, values: vec4f, i: u32, step: u32) {
  let at = vec4u(i, i + step, i + 2u * step, i + 3u * step);
  var row = sizes.alpha * values;
  // With β = 0 the old value is not read: it may be NaN.
  if (sizes.beta != 0.0) {
    row += sizes.beta * vec4f(result_at(at.x), result_at(at.y), result_at(at.z), result_at(at.w));
  }
  set_result(at.x, row.x);
  set_result(at.y, row.y);
  set_result(at.z, row.z);
  set_result(at.w, row.w);
}

// A tile at an edge or on the diagonal of C: a loop, for short code.
fn store_masked(sizes: ProductSizes, origin: u32, tile: Tile, place: Place) {
  var elements = array<mat4x4f, 4>(tile.upper_left, tile.upper_right, tile.lower_left, tile.lower_right);
  for (var e = 0u; e < 64u; e++) {
    let row = place.rows[e / 32u] + (e / 4u) % 4u;
    let column = place.columns[(e / 16u) % 2u] + e % 4u;
    store_element(sizes, origin, elements[e / 16u][(e / 4u) % 4u][e % 4u], row, column);
  }
}

fn store_element(sizes: ProductSizes, origin: u32, value: f32, row: u32, column: u32) {
  if (row >= sizes.rows || column >= sizes.columns) { return; }
  if (sizes.result_shape != FULL && column > row) { return; }
  let i = origin + row * sizes.result_row_step + column;
  var sum = sizes.alpha * value;
  if (sizes.beta != 0.0) { sum += sizes.beta * result_at(i); }
  if (row == column) { sum += sizes.diagonal; }
  set_result(i, sum);
  if (sizes.result_shape == SYMMETRIC && row != column) {
    set_result(origin + column * sizes.result_row_step + row, sum);
  }
}
