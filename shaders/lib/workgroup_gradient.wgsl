// The gradient's half of lib/workgroup_likelihood.wgsl, whose buffers and tables it works on:
//   G = W − VW,   D = T G Tᵀ,   s = T u,   ∂F/∂Ω = D,   ∂F/∂B = 2TᵀΩD − 2μ_fullᵀsᵀ,   ∂F/∂α = −2sᵀ
// Sweeps with the transposed T go backwards through the paths. In each step an invocation writes rows, columns,
// elements or parameters of its own and reads what was finished before the last barrier.

/// G, above the diagonal of `inverse` and in `diagonal`.
fn find_adjoint(group: Group, lane: u32) {
  let k = group.observed;
  for (var i = lane / TILE; i < k; i += WORKGROUP / TILE) {
    for (var j = lane % TILE; j < k; j += TILE) {
      if (j < i) { continue; }
      var sum = inverse[j * k + i];
      for (var m = 0u; m < k; m++) { sum -= full[i * k + m] * inverse[max(m, j) * k + min(m, j)]; }
      if (i == j) { diagonal[i] = sum; } else { inverse[i * k + j] = sum; }
    }
  }
  workgroupBarrier();
}

fn adjoint(i: u32, j: u32, k: u32) -> f32 {
  if (i == j) { return diagonal[i]; }
  return inverse[min(i, j) * k + max(i, j)];
}

/// D into `full`, s into `mean_step`.
fn carry_back(group: Group, lane: u32) {
  let p = group.variables;
  let k = group.observed;
  for (var row = lane; row < p; row += WORKGROUP) {
    let i = integer(group.observed_place + row);
    for (var column = 0u; column < p; column++) {
      let j = integer(group.observed_place + column);
      full[row * p + column] = 0;
      if (i < k && j < k) { full[row * p + column] = adjoint(i, j, k); }
    }
    for (var path = group.path_count; path > 0u; path--) {
      let at = group.paths + 3u * (path - 1u);
      full[row * p + integer(at)] += values[integer(at + 2u)] * full[row * p + integer(at + 1u)];
    }
  }
  if (lane == WORKGROUP - 1u && group.mean_place >= 0) { carry_mean_back(group); }
  workgroupBarrier();
  for (var column = lane; column < p; column += WORKGROUP) {
    for (var path = group.path_count; path > 0u; path--) {
      let at = group.paths + 3u * (path - 1u);
      full[integer(at) * p + column] += values[integer(at + 2u)] * full[integer(at + 1u) * p + column];
    }
  }
  workgroupBarrier();
}

fn carry_mean_back(group: Group) {
  for (var variable = 0u; variable < group.variables; variable++) {
    let place = integer(group.observed_place + variable);
    mean_step[variable] = 0;
    if (place < group.observed) { mean_step[variable] = solved[place]; }
  }
  for (var path = group.path_count; path > 0u; path--) {
    let at = group.paths + 3u * (path - 1u);
    mean_step[integer(at)] += values[integer(at + 2u)] * mean_step[integer(at + 1u)];
  }
}

/// Adds the group's part of ∂F/∂θ; each invocation owns every WORKGROUP-th parameter.
fn differentiate(group: Group, lane: u32) {
  let p = group.variables;
  for (var j = lane; j < PARAMETERS; j += WORKGROUP) {
    var sum = 0.0;
    for (var at = integer(group.cell_share_start + j); at < integer(group.cell_share_start + j + 1u); at += 4u) {
      let d = full[integer(at) * p + integer(at + 1u)];
      sum += factors[at] * d * values[integer(at + 2u)] * values[integer(at + 3u)];
    }
    trial_gradient[j] += sum;
  }
  workgroupBarrier();
  multiply_errors(group, lane);
  sweep_columns(group, lane);
  workgroupBarrier();
  let has_mean = group.mean_place >= 0;
  for (var j = lane; j < PARAMETERS; j += WORKGROUP) {
    var sum = 0.0;
    for (var at = integer(group.path_share_start + j); at < integer(group.path_share_start + j + 1u); at += 2u) {
      let cause = integer(at);
      let effect = integer(at + 1u);
      var derivative = full[cause * p + effect];
      if (has_mean) { derivative -= mean[cause] * mean_step[effect]; }
      sum += factors[at] * derivative;
    }
    if (has_mean) {
      for (var at = integer(group.mean_share_start + j); at < integer(group.mean_share_start + j + 1u); at++) {
        sum += factors[at] * mean_step[integer(at)];
      }
    }
    trial_gradient[j] += sum;
  }
  workgroupBarrier();
}

/// X ← ΩX in `full`, each invocation its own columns.
fn multiply_errors(group: Group, lane: u32) {
  let p = group.variables;
  for (var column = lane; column < p; column += WORKGROUP) {
    for (var row = 0u; row < p; row++) {
      column_copy[row] = full[row * p + column];
      full[row * p + column] = 0;
    }
    for (var cell = 0u; cell < group.cell_count; cell++) {
      let i = integer(group.cells + 4u * cell);
      let j = integer(group.cells + 4u * cell + 1u);
      full[i * p + column] += cell_values[cell] * column_copy[j];
      if (i != j) { full[j * p + column] += cell_values[cell] * column_copy[i]; }
    }
  }
}
