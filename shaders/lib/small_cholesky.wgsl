// Cholesky of one 4×4 block (lib/block.wgsl: the columns of a mat4x4f are the rows of the block).
struct SmallFactor {
  factor: mat4x4f,
  inverse: mat4x4f,
  // 0, or 1 + the first row whose pivot is not above its floor.
  failure: u32,
}

// Compares bits: a NaN, an infinity and a negative number all fail, whatever the compiler assumes of floats.
fn is_positive_finite(value: f32) -> bool {
  return bitcast<u32>(value) - 1u < 0x7f7fffffu;
}

fn is_pivot(value: f32, floor: f32) -> bool {
  return is_positive_finite(value) && value > floor;
}

// Past a failure the numbers mean nothing; straight code is what a 4×4 block wants.
fn small_cholesky(a: mat4x4f, floors: vec4f) -> SmallFactor {
  let d0 = a[0][0];
  let l00 = sqrt(d0);
  let w00 = 1.0 / l00;
  let l10 = a[1][0] * w00;
  let l20 = a[2][0] * w00;
  let l30 = a[3][0] * w00;

  let d1 = a[1][1] - l10 * l10;
  let l11 = sqrt(d1);
  let w11 = 1.0 / l11;
  let l21 = (a[2][1] - l20 * l10) * w11;
  let l31 = (a[3][1] - l30 * l10) * w11;

  let d2 = a[2][2] - l20 * l20 - l21 * l21;
  let l22 = sqrt(d2);
  let w22 = 1.0 / l22;
  let l32 = (a[3][2] - l30 * l20 - l31 * l21) * w22;

  let d3 = a[3][3] - l30 * l30 - l31 * l31 - l32 * l32;
  let l33 = sqrt(d3);
  let w33 = 1.0 / l33;

  let factor = mat4x4f(
    vec4f(l00, 0.0, 0.0, 0.0),
    vec4f(l10, l11, 0.0, 0.0),
    vec4f(l20, l21, l22, 0.0),
    vec4f(l30, l31, l32, l33)
  );
  let w10 = -w11 * l10 * w00;
  let w21 = -w22 * l21 * w11;
  let w32 = -w33 * l32 * w22;
  let w20 = -w22 * (l20 * w00 + l21 * w10);
  let w31 = -w33 * (l31 * w11 + l32 * w21);
  let w30 = -w33 * (l30 * w00 + l31 * w10 + l32 * w20);
  let inverse = mat4x4f(
    vec4f(w00, 0.0, 0.0, 0.0),
    vec4f(w10, w11, 0.0, 0.0),
    vec4f(w20, w21, w22, 0.0),
    vec4f(w30, w31, w32, w33)
  );
  var failure = select(4u, 0u, is_pivot(d3, floors.w));
  failure = select(3u, failure, is_pivot(d2, floors.z));
  failure = select(2u, failure, is_pivot(d1, floors.y));
  failure = select(1u, failure, is_pivot(d0, floors.x));
  return SmallFactor(factor, inverse, failure);
}
