// 4×4 blocks of strided matrices.
// A block is held as a mat4x4f whose columns are the block's ROWS: the product X·Y of two blocks reads
// `y * x` in WGSL, and Xᵀ is `transpose(x)`.

// Which elements of a matrix are read or written; the others count as zero and are never touched.
const FULL = 0u;
const LOWER = 1u;
const UPPER = 2u;
// Of a result: the lower triangle is computed and mirrored.
const SYMMETRIC = 3u;

// Element (i, j) stands at origin + i·row_step + j·column_step; a transposed matrix has its steps swapped.
struct Operand {
  origin: u32,
  row_step: u32,
  column_step: u32,
  shape: u32,
}

fn is_kept(row: u32, column: u32, shape: u32) -> bool {
  return (shape != LOWER || column <= row) && (shape != UPPER || column >= row);
}

// The elements of a block that lie inside rows×columns and in the shape; zero elsewhere, also where memory holds NaN.
fn masked(block: mat4x4f, row: u32, column: u32, rows: u32, columns: u32, shape: u32) -> mat4x4f {
  return mat4x4f(
    masked_row(block[0], row, column, rows, columns, shape),
    masked_row(block[1], row + 1u, column, rows, columns, shape),
    masked_row(block[2], row + 2u, column, rows, columns, shape),
    masked_row(block[3], row + 3u, column, rows, columns, shape)
  );
}

fn masked_row(values: vec4f, row: u32, column: u32, rows: u32, columns: u32, shape: u32) -> vec4f {
  let j = vec4u(column) + vec4u(0u, 1u, 2u, 3u);
  let in_lower = (j <= vec4u(row)) | vec4<bool>(shape != LOWER);
  let in_upper = (j >= vec4u(row)) | vec4<bool>(shape != UPPER);
  let inside = (j < vec4u(columns)) & vec4<bool>(row < rows);
  return select(vec4f(), values, inside & in_lower & in_upper);
}

// Where the sum over k of left[i, k]·right[k, j] can differ from zero for a tile of elements (i, j).
struct InnerRange {
  begin: u32,
  end: u32,
  // Every element read at k in [head, tail) lies inside both shapes.
  head: u32,
  tail: u32,
}

fn inner_range(left: u32, right: u32, rows: vec2u, columns: vec2u, inner: u32) -> InnerRange {
  var range = InnerRange(0u, inner, 0u, inner);
  if (left == LOWER) {
    range.end = min(range.end, rows.y);
    range.tail = min(range.tail, rows.x);
  }
  if (left == UPPER) {
    range.begin = max(range.begin, rows.x);
    range.head = max(range.head, rows.y);
  }
  if (right == LOWER) {
    range.begin = max(range.begin, columns.x);
    range.head = max(range.head, columns.y);
  }
  if (right == UPPER) {
    range.end = min(range.end, columns.y);
    range.tail = min(range.tail, columns.x);
  }
  return range;
}

// The lower triangle of a count×count grid, folded into a rectangle of count+1 columns and ⌈count/2⌉ rows:
// row `count−1−y` first, row `y` after it. Returns (column, row); column `count` marks a cell that is not used.
fn unfold_triangle(cell: vec2u, count: u32) -> vec2u {
  let long_row = count - 1u - cell.y;
  if (cell.x <= long_row) { return vec2u(cell.x, long_row); }
  if (cell.y == long_row) { return vec2u(count, long_row); }
  return vec2u(cell.x - long_row - 1u, cell.y);
}
