// Maximum likelihood of one problem by one workgroup, in workgroup memory and without a factor per layer: with T = (I − B)⁻¹
//   Ω = ΛᵀΨΛ,   Σ_full = TᵀΩT,   Σ = Σ_full[O, O],   W = Σ⁻¹,   μ = αT,   d = m − μ,   u = W d
//   F = ln|Σ| + tr(WS) + d·u,   V = WS + udᵀ,   G = W − VW,   D = T G Tᵀ
//   ∂F/∂Ω = D,   ∂F/∂B = 2TᵀΩD − 2μ_fullᵀsᵀ,   ∂F/∂α = −2sᵀ,   s = T u
// A product with T is a sweep over the paths in topological order (X[:, c] += B_ac X[:, a]), one with Tᵀ the same on rows,
// and the transposed ones go backwards: rows (columns) do not depend on each other, so an invocation takes one through
// the whole sweep and only the change from rows to columns is a barrier. Both p×p buffers of the usual form become one.
//
// The kernel provides `tables`, `factors`, the sizes and `trial`; src/engine/batch/gpu/workgroupTables.ts writes the tables:
//   a group: the numbers of `Group`, in order; then lists of integers, whose factors stand at the same place of `factors`
//   value     (source)                   factor, factor·θ[source], or the sample's number source − PARAMETERS
//   path      (cause, effect, value)     sorted by effect, variables in topological order
//   cell      (row, column, term, end)   row ≤ column: Ω[row, column] = Σ terms
//   term      (value, value, value)      λ ψ λ
//   intercept (variable, value)
//   by parameter, each with `start` one longer than the list of parameters:
//   cell share (row, column, value, value)  factor · D[row, column] · values
//   path share (cause, effect)              factor · (TᵀΩD − μᵀsᵀ)[cause, effect]
//   mean share (variable)                   factor · s[variable]

struct Group {
  variables: u32, // p
  observed: u32, // k
  covariance_place: u32, // of S in the sample
  mean_place: i32, // of m in the sample; −1 without means
  values: u32,
  value_count: u32,
  paths: u32,
  path_count: u32,
  cells: u32,
  cell_count: u32,
  intercepts: u32,
  intercept_count: u32,
  observed_variable: u32, // by place in the sample
  observed_place: u32, // by variable; k where it is not observed
  cell_share_start: u32,
  path_share_start: u32,
  mean_share_start: u32,
  share: f32, // of the cases: the factor at the group's first integer
}

const GROUP_FIELDS = 17u;
/// A pivot below this share of its diagonal element is rounding noise (about two units in the last place).
const SMALLEST_PIVOT = 2.4e-7;
/// Rows of the tiles that invocations take of a matrix; a tile has WORKGROUP / TILE columns.
const TILE = 8u;

var<workgroup> sample: array<f32, MOMENTS>;
var<workgroup> trial: array<f32, PARAMETERS>;
var<workgroup> trial_gradient: array<f32, PARAMETERS>;
var<workgroup> values: array<f32, VALUES>;
var<workgroup> cell_values: array<f32, CELLS>;
/// Ω, Σ_full, V (k×k), D and TᵀΩD, one after the other.
var<workgroup> full: array<f32, VARIABLES * VARIABLES>;
/// Σ, then W; G takes the part above the diagonal and `diagonal`, while W is read below and on it.
var<workgroup> inverse: array<f32, OBSERVED * OBSERVED>;
var<workgroup> diagonal: array<f32, OBSERVED>;
var<workgroup> mean: array<f32, VARIABLES>;
var<workgroup> mean_step: array<f32, VARIABLES>;
var<workgroup> deviation: array<f32, OBSERVED>;
var<workgroup> solved: array<f32, OBSERVED>;
var<private> column_copy: array<f32, MOST_VARIABLES>;

fn integer(place: u32) -> u32 {
  return u32(tables[place]);
}

fn read_group(number: u32) -> Group {
  let at = number * GROUP_FIELDS;
  return Group(
    integer(at), integer(at + 1u), integer(at + 2u), tables[at + 3u], integer(at + 4u), integer(at + 5u),
    integer(at + 6u), integer(at + 7u), integer(at + 8u), integer(at + 9u), integer(at + 10u), integer(at + 11u),
    integer(at + 12u), integer(at + 13u), integer(at + 14u), integer(at + 15u), integer(at + 16u), factors[at],
  );
}

/// (F + what F owes to S alone, defect) at `trial`; its gradient in `trial_gradient`. A defect is not zero where a Σ is
/// not positive definite.
fn evaluate_model(lane: u32) -> vec2f {
  for (var j = lane; j < PARAMETERS; j += WORKGROUP) { trial_gradient[j] = 0; }
  var total = vec2f(0);
  for (var number = 0u; number < GROUPS; number++) { total += evaluate_group(read_group(number), lane); }
  return total;
}

/// (Σ_g share (ln|S| + k), defect).
fn evaluate_sample(lane: u32) -> vec2f {
  var total = vec2f(0);
  for (var number = 0u; number < GROUPS; number++) {
    let group = read_group(number);
    let k = group.observed;
    for (var i = lane / TILE; i < k; i += WORKGROUP / TILE) {
      for (var j = lane % TILE; j < k; j += TILE) {
        inverse[i * k + j] = sample[group.covariance_place + triangle(i, j)];
        if (i == j) { diagonal[i] = inverse[i * k + j]; }
      }
    }
    let found = invert(k, lane);
    let sums = workgroup_sums(select(vec4f(0), vec4f(found, 0, 0), lane == 0u), lane);
    total += vec2f(group.share * (sums.x + f32(k)), sums.y);
  }
  return total;
}

fn evaluate_group(group: Group, lane: u32) -> vec2f {
  imply_covariance(group, lane);
  let k = group.observed;
  for (var i = lane / TILE; i < k; i += WORKGROUP / TILE) {
    let row = integer(group.observed_variable + i) * group.variables;
    for (var j = lane % TILE; j < k; j += TILE) {
      inverse[i * k + j] = full[row + integer(group.observed_variable + j)];
      if (i == j) { diagonal[i] = inverse[i * k + j]; }
    }
  }
  let found = invert(k, lane);
  let trace = multiply_sample(group, lane);
  let sums = workgroup_sums(vec4f(trace, select(vec2f(0), found, lane == 0u), 0), lane);
  find_adjoint(group, lane);
  carry_back(group, lane);
  differentiate(group, lane);
  return vec2f(group.share * (sums.x + sums.y), sums.z);
}

/// Σ_full into `full`, μ_full into `mean`.
fn imply_covariance(group: Group, lane: u32) {
  for (var i = lane; i < group.value_count; i += WORKGROUP) {
    let source = tables[group.values + i];
    var value = factors[group.values + i];
    if (source >= i32(PARAMETERS)) { value *= sample[u32(source) - PARAMETERS]; } else if (source >= 0) {
      value *= trial[u32(source)];
    }
    values[i] = value;
  }
  let p = group.variables;
  for (var i = lane; i < p * p; i += WORKGROUP) { full[i] = 0; }
  for (var i = lane; i < p; i += WORKGROUP) { mean[i] = 0; }
  workgroupBarrier();
  for (var cell = lane; cell < group.cell_count; cell += WORKGROUP) {
    let at = group.cells + 4u * cell;
    var sum = 0.0;
    for (var term = integer(at + 2u); term < integer(at + 3u); term += 3u) {
      sum += values[integer(term)] * values[integer(term + 1u)] * values[integer(term + 2u)];
    }
    cell_values[cell] = sum;
    full[integer(at) * p + integer(at + 1u)] = sum;
    full[integer(at + 1u) * p + integer(at)] = sum;
  }
  workgroupBarrier();
  for (var row = lane; row < p; row += WORKGROUP) {
    for (var path = 0u; path < group.path_count; path++) {
      let at = group.paths + 3u * path;
      full[row * p + integer(at + 1u)] += values[integer(at + 2u)] * full[row * p + integer(at)];
    }
  }
  workgroupBarrier();
  sweep_columns(group, lane);
  if (lane == WORKGROUP - 1u && group.mean_place >= 0) { imply_mean(group); }
  workgroupBarrier();
}

/// X ← TᵀX in `full`, each invocation its own columns.
fn sweep_columns(group: Group, lane: u32) {
  let p = group.variables;
  for (var column = lane; column < p; column += WORKGROUP) {
    for (var path = 0u; path < group.path_count; path++) {
      let at = group.paths + 3u * path;
      full[integer(at + 1u) * p + column] += values[integer(at + 2u)] * full[integer(at) * p + column];
    }
  }
}

/// μ_full and d, by one invocation.
fn imply_mean(group: Group) {
  for (var i = 0u; i < group.intercept_count; i++) {
    let at = group.intercepts + 2u * i;
    mean[integer(at)] += values[integer(at + 1u)];
  }
  for (var path = 0u; path < group.path_count; path++) {
    let at = group.paths + 3u * path;
    mean[integer(at + 1u)] += values[integer(at + 2u)] * mean[integer(at)];
  }
  for (var i = 0u; i < group.observed; i++) {
    deviation[i] = sample[u32(group.mean_place) + i] - mean[integer(group.observed_variable + i)];
  }
}

/// (ln|M|, defect) of the k×k matrix in `inverse`, whose diagonal stands in `diagonal` too; M becomes its inverse by
/// elimination in place. Past a failure the numbers mean nothing, but barriers must be met by all.
fn invert(k: u32, lane: u32) -> vec2f {
  var found = vec2f(0);
  for (var b = 0u; b < k; b++) {
    workgroupBarrier();
    let pivot = inverse[b * k + b];
    // Written so that NaN fails too.
    if (!(pivot > SMALLEST_PIVOT * abs(diagonal[b]))) { found.y = 1; }
    found.x += log(max(pivot, 1e-38));
    let reciprocal = 1 / pivot;
    for (var i = lane / TILE; i < k; i += WORKGROUP / TILE) {
      let share = inverse[i * k + b] * reciprocal;
      for (var j = lane % TILE; j < k; j += TILE) {
        if (i != b && j != b) { inverse[i * k + j] -= share * inverse[b * k + j]; }
      }
    }
    workgroupBarrier();
    for (var i = lane; i < k; i += WORKGROUP) {
      if (i == b) {
        inverse[b * k + b] = reciprocal;
      } else {
        inverse[b * k + i] *= reciprocal;
        inverse[i * k + b] *= -reciprocal;
      }
    }
  }
  workgroupBarrier();
  return found;
}

fn triangle(i: u32, j: u32) -> u32 {
  let row = max(i, j);
  return row * (row + 1u) / 2u + min(i, j);
}

/// u into `solved` and V into `full`; this invocation's part of tr V = tr(WS) + d·u.
fn multiply_sample(group: Group, lane: u32) -> f32 {
  let k = group.observed;
  let has_mean = group.mean_place >= 0;
  for (var i = lane; i < k; i += WORKGROUP) {
    var sum = 0.0;
    if (has_mean) {
      for (var m = 0u; m < k; m++) { sum += inverse[i * k + m] * deviation[m]; }
    }
    solved[i] = sum;
  }
  workgroupBarrier();
  var trace = 0.0;
  for (var i = lane / TILE; i < k; i += WORKGROUP / TILE) {
    for (var j = lane % TILE; j < k; j += TILE) {
      var sum = 0.0;
      if (has_mean) { sum = solved[i] * deviation[j]; }
      var place = group.covariance_place + j * (j + 1u) / 2u;
      for (var m = 0u; m < k; m++) {
        sum += inverse[i * k + m] * sample[place];
        // Along row j of the triangle, then down column j.
        place += select(m + 1u, 1u, m < j);
      }
      full[i * k + j] = sum;
      if (i == j) { trace += sum; }
    }
  }
  return trace;
}
