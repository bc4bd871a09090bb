// district_gradient: ∂F/∂ every entry of Λ, B and Ψ from the arrays of the district form.
//   ∂F/∂B[a, c] = −2 (K P)[a, c] = −2 Σ_{j ∈ district of c} K[a, j] P[j, c]        K = S (I − B), P = Ω⁻¹
//   ∂F/∂Λ[l, j] = 2 (ΨΛ ∂F/∂Ω)[l, j]
//   ∂F/∂Ψ[l, m] = (Λ ∂F/∂Ω Λᵀ)[l, m], twice off the diagonal, where one number stands at two places
// cross: K by columns as scalars, 4⌈p/4⌉ × p. errors: P, adjoint: ∂F/∂Ω, by district.
// One invocation owns one entry e and writes derivative[e].

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read> cross: array<f32>;
@group(0) @binding(5) var<storage, read> errors: array<f32>;
@group(0) @binding(6) var<storage, read> adjoint: array<f32>;
@group(0) @binding(7) var<storage, read_write> derivative: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn district_gradient(@builtin(global_invocation_id) id: vec3u) {
  let e = range.first + id.x;
  if (e >= graph.entries || tables[graph.parameter + e] >= graph.parameters) { return; }
  let row = tables[graph.row + e];
  let column = tables[graph.column + e];
  if (e < graph.first_path) {
    derivative[e] = 2 * loading(row, column);
  } else if (e < graph.first_covariance) {
    derivative[e] = -2 * path(row, column);
  } else {
    derivative[e] = select(2.0, 1.0, row == column) * covariance(row, column);
  }
}

/// Where the row of a variable begins in its district's block.
fn block_row(variable: u32) -> u32 {
  let district = tables[graph.district_of + variable];
  let width = 4u * tables[graph.district_quads + district];
  return tables[graph.district_offset + district] + width * tables[graph.district_place + variable];
}

fn path(a: u32, c: u32) -> f32 {
  let district = tables[graph.district_of + c];
  let first = tables[graph.district_start + district];
  let size = tables[graph.district_start + district + 1u] - first;
  // P is symmetric: its row c is its column c.
  let row = block_row(c);
  var sum = 0.0;
  for (var j = 0u; j < size; j++) {
    let member = tables[graph.district_member + first + j];
    sum += cross[4u * graph.variable_quads * member + a] * errors[row + j];
  }
  return sum;
}

fn loading(l: u32, j: u32) -> f32 {
  let row = block_row(j);
  var sum = 0.0;
  let end = tables[graph.covariance_start + l + 1u];
  for (var i = tables[graph.covariance_start + l]; i < end; i++) {
    let psi = tables[graph.covariance + i];
    sum += value[psi] * effects_of(tables[graph.row + psi] + tables[graph.column + psi] - l, row);
  }
  return sum;
}

fn covariance(l: u32, m: u32) -> f32 {
  var sum = 0.0;
  let end = tables[graph.source_start + l + 1u];
  for (var i = tables[graph.source_start + l]; i < end; i++) {
    let e = tables[graph.source_loading + i];
    sum += value[e] * effects_of(m, block_row(tables[graph.column + e]));
  }
  return sum;
}

/// Σ_i Λ[m, i] ∂F/∂Ω[i, j] for the variable j whose row begins at `row`.
fn effects_of(m: u32, row: u32) -> f32 {
  var sum = 0.0;
  let end = tables[graph.source_start + m + 1u];
  for (var i = tables[graph.source_start + m]; i < end; i++) {
    let e = tables[graph.source_loading + i];
    sum += value[e] * adjoint[row + tables[graph.district_place + tables[graph.column + e]]];
  }
  return sum;
}
