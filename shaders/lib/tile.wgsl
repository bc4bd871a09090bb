// An 8×8 tile of a product as four 4×4 blocks, and where its block rows and block columns begin.
struct Tile {
  upper_left: mat4x4f,
  upper_right: mat4x4f,
  lower_left: mat4x4f,
  lower_right: mat4x4f,
}

struct Place {
  rows: vec2u,
  columns: vec2u,
}

fn add_products(tile: Tile, upper: mat4x4f, lower: mat4x4f, left: mat4x4f, right: mat4x4f) -> Tile {
  return Tile(
    tile.upper_left + left * upper,
    tile.upper_right + right * upper,
    tile.lower_left + left * lower,
    tile.lower_right + right * lower
  );
}
