// covariance_gradient: ∂F/∂ every entry of Λ, B and Ψ from the arrays of the covariance method.
//   ∂F/∂Λ[l, c] = 2 Σ_r X[l, r] H[r, c]        ∂F/∂B[a, c] = 2 Σ_r Σ[r, a] H[r, c]       r over observed variables
//   ∂F/∂Ψ[l, m] = (A G Aᵀ)[l, m] = Σ_{c ∈ effects of m} Λ[m, c] Σ_r A[l, O_r] H[r, c], twice off the diagonal,
// where one number stands at two places. The plan makes m the source with fewer effects.
// With DENSE 1, products[c, a] = Σ_r H[r, c] Σ[r, a] has been computed for all a < c as one matrix product: p rows of
// 4⌈p/4⌉ floats; and loading_gradient takes care of Λ. One invocation owns one entry e and writes derivative[e].

override WORKGROUP: u32;
override DENSE: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read> effects: array<f32>;
@group(0) @binding(5) var<storage, read> cross: array<vec4f>;
@group(0) @binding(6) var<storage, read> covariance: array<vec4f>;
@group(0) @binding(7) var<storage, read> adjoint: array<vec4f>;
@group(0) @binding(8) var<storage, read> products: array<f32>;
@group(0) @binding(9) var<storage, read_write> derivative: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn covariance_gradient(@builtin(global_invocation_id) id: vec3u) {
  let e = range.first + id.x;
  if (e >= graph.entries || tables[graph.parameter + e] >= graph.parameters) { return; }
  if (DENSE != 0u && e < graph.first_path) { return; }
  let row = tables[graph.row + e];
  let column = tables[graph.column + e];
  if (e >= graph.first_covariance) {
    derivative[e] = select(2.0, 1.0, row == column) * source_pair(row, column);
    return;
  }
  if (DENSE != 0u && e >= graph.first_path) {
    derivative[e] = 2 * products[column * 4u * graph.variable_quads + row];
    return;
  }
  let quads = graph.observed_quads;
  var sum = vec4f(0);
  if (e < graph.first_path) {
    for (var i = 0u; i < quads; i++) { sum += cross[row * quads + i] * adjoint[column * quads + i]; }
  } else {
    for (var i = 0u; i < quads; i++) { sum += covariance[row * quads + i] * adjoint[column * quads + i]; }
  }
  derivative[e] = 2 * dot(sum, vec4f(1));
}

/// (A G Aᵀ)[l, m]
fn source_pair(l: u32, m: u32) -> f32 {
  var total = 0.0;
  let end = tables[graph.source_start + m + 1u];
  for (var i = tables[graph.source_start + m]; i < end; i++) {
    let e = tables[graph.source_loading + i];
    let column = tables[graph.column + e];
    var sum = 0.0;
    for (var r = 0u; r < graph.observed; r++) {
      let variable = tables[graph.observed_variable + r];
      let h = adjoint[column * graph.observed_quads + r / 4u][r % 4u];
      sum += effects[4u * graph.source_quads * variable + l] * h;
    }
    total += value[e] * sum;
  }
  return total;
}
