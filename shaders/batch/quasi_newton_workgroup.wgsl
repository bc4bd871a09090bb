// quasi_newton_workgroup: one workgroup minimises one problem from start to end, by BFGS with backtracking, for models
// that are too large for `quasi_newton`. The same search, with H kept as a product:
//   H = H₀ + Σ_u (p_u s_uᵀ + q_u c_uᵀ),   c = Hy,   p = ((1 + yᵀc/sᵀy) s − c)/sᵀy,   q = −s/sᵀy
// so that H g is one product with the matrix that all problems share and inner products that do not wait for each other.
// F and g come from lib/workgroup_likelihood.wgsl, in workgroup memory.
// samples: MOMENTS×problems, columns are problems. starts: PARAMETERS, or PARAMETERS×problems. inverse_hessian: H₀.
// history: for each problem and parameter, HISTORY numbers s_u, then HISTORY numbers c_u.
// results: (PARAMETERS + 1)×problems: θ and F. outcome: state and evaluations.
// A workgroup writes only what belongs to its problem; in it, invocation i owns every WORKGROUP-th parameter, and all
// take the same decisions from the same sums. A problem that fails leaves no trace elsewhere.

override WORKGROUP: u32;
override OWN_STARTS: bool;
override PARAMETERS: u32;
override MOMENTS: u32;
override GROUPS: u32;
/// The largest of the groups' sizes: p, k, entries with a value, elements of Ω.
override VARIABLES: u32;
override OBSERVED: u32;
override VALUES: u32;
override CELLS: u32;
/// Updates of H that there is room for: as many as evaluations.
override HISTORY: u32;
/// What an invocation has room for in memory of its own.
const MOST_VARIABLES = 128u;

@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read> tables: array<i32>;
@group(0) @binding(2) var<storage, read> factors: array<f32>;
@group(0) @binding(3) var<storage, read> samples: array<f32>;
@group(0) @binding(4) var<storage, read> starts: array<f32>;
@group(0) @binding(5) var<storage, read> inverse_hessian: array<f32>;
@group(0) @binding(6) var<storage, read_write> history: array<f32>;
@group(0) @binding(7) var<storage, read_write> results: array<f32>;
@group(0) @binding(8) var<storage, read_write> outcome: array<u32>;

var<workgroup> theta: array<f32, PARAMETERS>;
var<workgroup> gradient: array<f32, PARAMETERS>;
var<workgroup> direction: array<f32, PARAMETERS>;
var<workgroup> product: array<f32, PARAMETERS>;
/// Of update u: p = of_step s + of_change c, q = of_change s; and what s and c are multiplied by in H g.
var<workgroup> of_step: array<f32, HISTORY>;
var<workgroup> of_change: array<f32, HISTORY>;
var<workgroup> step_weight: array<f32, HISTORY>;
var<workgroup> change_weight: array<f32, HISTORY>;

/// Where a search stands: the same in all invocations.
struct Search {
  value: f32,
  length: f32,
  slope: f32,
  state: u32,
  updates: u32,
}

@compute @workgroup_size(WORKGROUP)
fn quasi_newton_workgroup(
  @builtin(workgroup_id) id: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let problem = id.x;
  for (var j = lane; j < MOMENTS; j += WORKGROUP) { sample[j] = samples[j * settings.problems + problem]; }
  for (var j = lane; j < PARAMETERS; j += WORKGROUP) {
    trial[j] = starts[select(j, j * settings.problems + problem, OWN_STARTS)];
    theta[j] = trial[j];
  }
  workgroupBarrier();
  let constant = evaluate_sample(lane);
  var search = Search(HUGE, 1, 0, RUNNING, 0);
  if (!(constant.y == 0) || !(abs(constant.x) < HUGE)) { search.state = NOT_DEFINITE; }
  var evaluations = 0u;
  while (evaluations < settings.evaluations && search.state == RUNNING) {
    let found = evaluate_model(lane);
    evaluations++;
    search = advance(search, found.x, found.y, problem, lane);
    for (var j = lane; j < PARAMETERS; j += WORKGROUP) { trial[j] = theta[j] + search.length * direction[j]; }
    workgroupBarrier();
  }
  // The step from a converged point costs nothing: it takes off most of what is left, and half its slope off F.
  let is_converged = search.state == CONVERGED;
  for (var j = lane; j < PARAMETERS; j += WORKGROUP) {
    results[j * settings.problems + problem] = select(theta[j], trial[j], is_converged);
  }
  if (lane > 0u) { return; }
  let gain = select(0, search.slope / 2, is_converged);
  results[PARAMETERS * settings.problems + problem] = search.value + gain - constant.x;
  // No trial point was inside the domain.
  let has_point = search.value < HUGE;
  outcome[2u * problem] = select(NOT_DEFINITE, search.state, has_point);
  outcome[2u * problem + 1u] = evaluations;
}

/// Takes the trial point or shortens the step.
fn advance(before: Search, value: f32, defect: f32, problem: u32, lane: u32) -> Search {
  var search = before;
  let inside = abs(value) < HUGE && defect == 0;
  let predicted = search.length * search.slope;
  let limit = search.value + settings.noise * (1 + abs(search.value)) + ARMIJO * predicted;
  if (inside && value <= limit) { return accept(search, value, problem, lane); }
  let interpolated = clamp(-0.5 * predicted / (value - search.value - predicted), 0.1, 0.5);
  search.length *= select(0.25, interpolated, inside);
  if (search.slope == 0 || search.length < SHORTEST) { search.state = STUCK; }
  return search;
}

fn accept(before: Search, value: f32, problem: u32, lane: u32) -> Search {
  var search = before;
  multiply(search.updates, problem, lane);
  var partial = vec4f(0); // dᵀg′, yᵀc, cᵀg′
  for (var j = lane; j < PARAMETERS; j += WORKGROUP) {
    let change = product[j] + direction[j];
    let g = trial_gradient[j];
    partial += vec4f(direction[j] * g, (g - gradient[j]) * change, change * g, 0);
  }
  let sums = workgroup_sums(partial, lane);
  let curvature = search.length * (sums.x - search.slope);
  let is_curved = curvature > 0 && curvature > LEAST_CURVATURE * sums.y;
  let change_factor = select(0, -1 / curvature, is_curved);
  let step_factor = select(0, (-1 - sums.y / curvature) * change_factor, is_curved);
  if (is_curved) {
    remember(search.updates, search.length, step_factor, change_factor, problem, lane);
    search.updates++;
  }
  let step_gradient = search.length * sums.x;
  var slope = 0.0;
  for (var j = lane; j < PARAMETERS; j += WORKGROUP) {
    let s = search.length * direction[j];
    let p = step_factor * s + change_factor * (product[j] + direction[j]);
    direction[j] = -(product[j] + p * step_gradient + change_factor * s * sums.z);
    theta[j] = trial[j];
    gradient[j] = trial_gradient[j];
    slope += direction[j] * gradient[j];
  }
  search.slope = workgroup_sums(vec4f(slope, 0, 0, 0), lane).x;
  search.value = value;
  search.length = 1;
  if (abs(search.slope) <= settings.tolerance) {
    search.state = CONVERGED;
  } else if (!(search.slope < 0)) {
    search.state = STUCK;
  }
  return search;
}

fn history_row(problem: u32, parameter: u32) -> u32 {
  return (problem * PARAMETERS + parameter) * 2u * HISTORY;
}

/// Keeps s and c of the step just taken.
fn remember(update: u32, length: f32, step_factor: f32, change_factor: f32, problem: u32, lane: u32) {
  for (var j = lane; j < PARAMETERS; j += WORKGROUP) {
    let row = history_row(problem, j) + update;
    history[row] = length * direction[j];
    history[row + HISTORY] = product[j] + direction[j];
  }
  if (lane == 0u) {
    of_step[update] = step_factor;
    of_change[update] = change_factor;
  }
}

/// H g′ into `product`.
fn multiply(updates: u32, problem: u32, lane: u32) {
  storageBarrier();
  for (var u = lane; u < updates; u += WORKGROUP) {
    var along_step = 0.0;
    var along_change = 0.0;
    for (var j = 0u; j < PARAMETERS; j++) {
      let row = history_row(problem, j) + u;
      along_step += history[row] * trial_gradient[j];
      along_change += history[row + HISTORY] * trial_gradient[j];
    }
    step_weight[u] = of_step[u] * along_step + of_change[u] * along_change;
    change_weight[u] = of_change[u] * along_step;
  }
  workgroupBarrier();
  for (var j = lane; j < PARAMETERS; j += WORKGROUP) {
    var sum = 0.0;
    for (var i = 0u; i < PARAMETERS; i++) { sum += inverse_hessian[i * PARAMETERS + j] * trial_gradient[i]; }
    let row = history_row(problem, j);
    for (var u = 0u; u < updates; u++) {
      sum += history[row + u] * step_weight[u] + history[row + HISTORY + u] * change_weight[u];
    }
    product[j] = sum;
  }
}
