// accumulation_gradient: ∂F/∂ every entry of Λ, B and Ψ from the arrays of the accumulation method.
//   ∂F/∂Λ[l, c] = 2 (ΨR)[l, c]        ∂F/∂B[a, c] = 2 Σ_l A[l, a] (ΨR)[l, c]        R = A G (I − B)⁻ᵀ
//   ∂F/∂Ψ[l, m] = (R Λᵀ)[l, m], twice off the diagonal, where one number stands at two places
// ΨR is formed where it is needed: a row of Ψ holds few entries. effects, adjoint: by columns, 4⌈q/4⌉ × p scalars.
// UNIT says that Ψ = I. One invocation owns one entry e and writes derivative[e].

override WORKGROUP: u32;
override UNIT: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read> effects: array<f32>;
@group(0) @binding(5) var<storage, read> adjoint: array<f32>;
@group(0) @binding(6) var<storage, read_write> derivative: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn accumulation_gradient(@builtin(global_invocation_id) id: vec3u) {
  let e = range.first + id.x;
  if (e >= graph.entries || tables[graph.parameter + e] >= graph.parameters) { return; }
  let row = tables[graph.row + e];
  let column = tables[graph.column + e];
  let width = 4u * graph.source_quads;
  var sum = 0.0;
  if (e < graph.first_path) {
    sum = 2 * mixed(row, column * width);
  } else if (e < graph.first_covariance) {
    for (var l = 0u; l < graph.sources; l++) { sum += effects[row * width + l] * mixed(l, column * width); }
    sum *= 2;
  } else {
    let end = tables[graph.source_start + column + 1u];
    for (var i = tables[graph.source_start + column]; i < end; i++) {
      let loading = tables[graph.source_loading + i];
      sum += value[loading] * adjoint[tables[graph.column + loading] * width + row];
    }
    sum *= select(2.0, 1.0, row == column);
  }
  derivative[e] = sum;
}

/// (ΨR)[l, c] for the column of R that begins at `start`.
fn mixed(l: u32, start: u32) -> f32 {
  if (UNIT != 0u) { return adjoint[start + l]; }
  var sum = 0.0;
  let end = tables[graph.covariance_start + l + 1u];
  for (var i = tables[graph.covariance_start + l]; i < end; i++) {
    let e = tables[graph.covariance + i];
    sum += value[e] * adjoint[start + tables[graph.row + e] + tables[graph.column + e] - l];
  }
  return sum;
}
