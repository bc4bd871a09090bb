// Tile products from registers alone, for adapters that compute on the CPU: a workgroup barrier costs them
// as much as a thousand multiply-adds, and every load is equally near.
//   tile[i, j] = Σ_k left[i, k] · right[k, j]
// The kernel provides `left(index)` and `right(index)`, the elements of its two buffers.

fn tile_place(group: vec2u, local: vec2u) -> Place {
  let column = 8u * (group.x * WORKGROUP_X + local.x);
  let row = 8u * (group.y * WORKGROUP_Y + local.y);
  return Place(vec2u(row, row + 4u), vec2u(column, column + 4u));
}

// Zero where the tile is not `wanted`.
fn tile_product(a: Operand, b: Operand, inner: u32, group: vec2u, local: vec2u, wanted: bool) -> Tile {
  var tile = Tile();
  if (!wanted) { return tile; }
  let place = tile_place(group, local);
  let row = place.rows.x;
  let column = place.columns.x;
  let range = inner_range(a.shape, b.shape, vec2u(row, row + 8u), vec2u(column, column + 8u), inner);
  // Whole blocks of [begin, middle) and [rest, end) may reach out of a shape or past the matrix.
  let middle = max(range.begin, min(range.end, (range.head + 3u) / 4u * 4u));
  let rest = max(middle, min(range.end, range.tail) / 4u * 4u);
  // The unmasked part is a loop of its own: a branch inside costs an adapter on the CPU twice the whole product.
  for (var k = middle; k < rest; k += 4u) {
    let upper = left_block(a, row, k);
    let lower = left_block(a, row + 4u, k);
    let first = right_block(b, k, column);
    let second = right_block(b, k, column + 4u);
    tile = add_products(tile, upper, lower, first, second);
  }
  var k = select(range.begin, rest, range.begin >= middle);
  while (k < range.end) {
    let upper = masked(left_block(a, row, k), row, k, row + 4u, inner, a.shape);
    let lower = masked(left_block(a, row + 4u, k), row + 4u, k, row + 8u, inner, a.shape);
    let first = masked(right_block(b, k, column), k, column, inner, column + 4u, b.shape);
    let second = masked(right_block(b, k, column + 4u), k, column + 4u, inner, column + 8u, b.shape);
    tile = add_products(tile, upper, lower, first, second);
    k = select(k + 4u, rest, k < middle && k + 4u >= middle);
  }
  return tile;
}

// Rows and columns past the matrix hold whatever memory holds there: they reach only elements that are not stored.
fn left_block(a: Operand, row: u32, column: u32) -> mat4x4f {
  let i = a.origin + row * a.row_step + column * a.column_step;
  let r = a.row_step;
  let c = a.column_step;
  return mat4x4f(
    left_row(i, c),
    left_row(i + r, c),
    left_row(i + 2u * r, c),
    left_row(i + 3u * r, c)
  );
}

fn left_row(i: u32, step: u32) -> vec4f {
  return vec4f(left(i), left(i + step), left(i + 2u * step), left(i + 3u * step));
}

fn right_block(b: Operand, row: u32, column: u32) -> mat4x4f {
  let i = b.origin + row * b.row_step + column * b.column_step;
  let r = b.row_step;
  let c = b.column_step;
  return mat4x4f(
    right_row(i, c),
    right_row(i + r, c),
    right_row(i + 2u * r, c),
    right_row(i + 3u * r, c)
  );
}

fn right_row(i: u32, step: u32) -> vec4f {
  return vec4f(right(i), right(i + step), right(i + 2u * step), right(i + 3u * step));
}
