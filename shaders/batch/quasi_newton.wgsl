// quasi_newton: one invocation minimises one problem from start to end, by BFGS with backtracking.
//   d = −H g,  θ′ = θ + a d,  s = a d,  y = g′ − g,  Hy = H g′ + d
//   H′ = H + p sᵀ + q (Hy)ᵀ,  p = ((1 + yᵀHy/sᵀy) s − Hy)/sᵀy,  q = −s/sᵀy     (Nocedal and Wright 2006, section 6.1)
// H starts as the same inverse Hessian for all; its update is applied while the next product H g′ is formed. F and g come
// from `evaluate_model` and what F owes to S alone from `evaluate_sample`: straight-line code that is generated for the
// model, with T parameters and M sample moments (src/engine/batch/gpu/straightLine.ts).
// Converged where gᵀHg ≤ tolerance: the distance to the optimum in the metric of the curvature. float32 knows F only to
// `noise`, relative to 1 + |F|, so much a step may increase it.
// samples: M×problems, columns are problems, so that neighbours read neighbouring words. starts: T, or T×problems.
// results: (T + 1)×problems: θ and F. outcome: state and evaluations. No invocation sees another's numbers; a problem
// that fails leaves no trace elsewhere. A problem that is not done after `evaluations` is left to the host.

override WORKGROUP: u32;
override OWN_STARTS: bool;

@group(0) @binding(0) var<uniform> settings: Settings;
@group(0) @binding(1) var<storage, read> samples: array<f32>;
@group(0) @binding(2) var<storage, read> starts: array<f32>;
@group(0) @binding(3) var<storage, read> inverse_hessian: array<f32>;
@group(0) @binding(4) var<storage, read_write> results: array<f32>;
@group(0) @binding(5) var<storage, read_write> outcome: array<u32>;

/// All that an invocation remembers between evaluations.
struct Search {
  theta: array<f32, T>,
  gradient: array<f32, T>,
  direction: array<f32, T>,
  step: array<f32, T>,
  change: array<f32, T>,
  step_factor: array<f32, T>,
  change_factor: array<f32, T>,
  product: array<f32, T>,
  value: f32,
  length: f32,
  slope: f32,
  state: u32,
}

var<private> search: Search;
var<private> sample: array<f32, M>;
var<private> trial: array<f32, T>;
var<private> trial_gradient: array<f32, T>;
/// Lower triangle of H by rows.
var<private> own_inverse_hessian: array<f32, TRIANGLE>;

@compute @workgroup_size(WORKGROUP)
fn quasi_newton(@builtin(global_invocation_id) id: vec3u) {
  let problem = id.x;
  if (problem >= settings.problems) { return; }
  for (var j = 0u; j < M; j++) { sample[j] = samples[j * settings.problems + problem]; }
  for (var j = 0u; j < T; j++) {
    trial[j] = starts[select(j, j * settings.problems + problem, OWN_STARTS)];
    search.theta[j] = trial[j];
  }
  for (var i = 0u; i < TRIANGLE; i++) { own_inverse_hessian[i] = inverse_hessian[i]; }
  search.value = HUGE;
  search.length = 1;
  let constant = evaluate_sample();
  if (!(constant.y == 0) || !(abs(constant.x) < HUGE)) { search.state = NOT_DEFINITE; }
  var evaluations = 0u;
  while (evaluations < settings.evaluations && search.state == RUNNING) {
    let found = evaluate_model();
    evaluations++;
    advance(found.x, found.y);
    for (var j = 0u; j < T; j++) { trial[j] = search.theta[j] + search.length * search.direction[j]; }
  }
  // The step from a converged point costs nothing: it takes off most of what is left, and half its slope off F.
  let is_converged = search.state == CONVERGED;
  for (var j = 0u; j < T; j++) {
    results[j * settings.problems + problem] = select(search.theta[j], trial[j], is_converged);
  }
  results[T * settings.problems + problem] = search.value + select(0, search.slope / 2, is_converged) - constant.x;
  // No trial point was inside the domain.
  let has_point = search.value < HUGE;
  outcome[2u * problem] = select(NOT_DEFINITE, search.state, has_point);
  outcome[2u * problem + 1u] = evaluations;
}

/// Takes the trial point or shortens the step.
fn advance(value: f32, defect: f32) {
  let inside = abs(value) < HUGE && defect == 0;
  let predicted = search.length * search.slope;
  let limit = search.value + settings.noise * (1 + abs(search.value)) + ARMIJO * predicted;
  if (inside && value <= limit) {
    accept(value);
    return;
  }
  let interpolated = clamp(-0.5 * predicted / (value - search.value - predicted), 0.1, 0.5);
  search.length *= select(0.25, interpolated, inside);
  if (search.slope == 0 || search.length < SHORTEST) { search.state = STUCK; }
}

fn accept(value: f32) {
  multiply_and_update();
  var along = 0.0; // dᵀg′
  var y_change = 0.0; // yᵀHy
  var change_gradient = 0.0; // (Hy)ᵀg′
  for (var j = 0u; j < T; j++) {
    search.change[j] = search.product[j] + search.direction[j];
    along += search.direction[j] * trial_gradient[j];
    y_change += (trial_gradient[j] - search.gradient[j]) * search.change[j];
    change_gradient += search.change[j] * trial_gradient[j];
  }
  let curvature = search.length * (along - search.slope);
  var of_change = 0.0;
  var of_step = 0.0;
  if (curvature > 0 && curvature > LEAST_CURVATURE * y_change) {
    of_change = -1 / curvature;
    of_step = (-1 - y_change / curvature) * of_change;
  }
  let step_gradient = search.length * along;
  search.slope = 0;
  for (var j = 0u; j < T; j++) {
    let s = search.length * search.direction[j];
    let p = of_step * s + of_change * search.change[j];
    let q = of_change * s;
    search.step[j] = s;
    search.step_factor[j] = p;
    search.change_factor[j] = q;
    search.direction[j] = -(search.product[j] + p * step_gradient + q * change_gradient);
    search.theta[j] = trial[j];
    search.gradient[j] = trial_gradient[j];
    search.slope += search.direction[j] * search.gradient[j];
  }
  search.value = value;
  search.length = 1;
  if (abs(search.slope) <= settings.tolerance) {
    search.state = CONVERGED;
  } else if (!(search.slope < 0)) {
    search.state = STUCK;
  }
}

/// H g′ into `product`, adding to H what it owes to the last step.
fn multiply_and_update() {
  var place = 0u;
  for (var i = 0u; i < T; i++) {
    var sum = 0.0;
    for (var j = 0u; j < i; j++) {
      let entry = updated(place, i, j);
      sum += entry * trial_gradient[j];
      search.product[j] += entry * trial_gradient[i];
      place++;
    }
    search.product[i] = sum + updated(place, i, i) * trial_gradient[i];
    place++;
  }
}

fn updated(place: u32, i: u32, j: u32) -> f32 {
  let entry = own_inverse_hessian[place] + search.step_factor[i] * search.step[j]
    + search.change_factor[i] * search.change[j];
  own_inverse_hessian[place] = entry;
  return entry;
}
