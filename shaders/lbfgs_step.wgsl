// lbfgs_step: one step of limited-memory BFGS after an evaluation at the trial point θ = x + t·d.
// Either the trial is accepted, x moves there, and a new direction d = −H ∂F/∂θ is found; or t is shortened. The next
// trial is written to `theta`. Nothing is read back: the line search, too, lives here.
//   accepted where  F(θ) ≤ F(x) + c t F′(x)                       (Armijo), or
//                   F(θ) ≤ F(x) + noise and F′(θ) ≤ (2c − 1) F′(x) (approximate Wolfe, Hager and Zhang 2005,
//                   doi:10.1137/030601880: F is known to rounding only, its derivative is better known)
// A Σ outside the positive-definite cone, or a number that is not finite, shortens t: the search never leaves the cone.
// The two-loop recursion runs on inner products of the 2·MEMORY + 1 vectors s, y and ∂F/∂θ (vector-free L-BFGS, Chen,
// Wang and Zhou 2014), so that all sums over parameters happen at once, between two barriers.
// vectors: rows of `parameters` floats: x, d, then the basis s₀…, y₀…, ∂F/∂θ. gram: inner products of the basis.
// partial: 3 · BASIS · WORKGROUP floats; in storage, because clearing so much workgroup memory takes its time.
// One workgroup; invocations own every WORKGROUP-th parameter, and the first one decides for all.

override WORKGROUP: u32;
const MEMORY = 8u;
const BASIS = 2u * MEMORY + 1u;
const POINT = 0u;
const DIRECTION = 1u;
const FIRST = 2u; // basis vector i is row FIRST + i
const GRADIENT = 2u * MEMORY; // its place in the basis

const ARMIJO = 1e-4;
const MOST_ATTEMPTS = 24u;
/// A point is as good as float32 can make it when this many steps brought no lower gradient, and what a step promises
/// drowns in rounding; or when rounding grows past F itself on its way through an ill-conditioned Σ⁻¹.
const PATIENCE = 100u;

const WAIT = 0u;
const SHORTEN = 1u;
const ACCEPT = 2u;
const RESTART = 3u;

@group(0) @binding(0) var<uniform> settings: StepSettings;
@group(0) @binding(1) var<storage, read> slope: array<f32>;
@group(0) @binding(2) var<storage, read> evaluation: array<f32>;
@group(0) @binding(3) var<storage, read> status: array<u32>;
@group(0) @binding(4) var<storage, read_write> theta: array<f32>;
@group(0) @binding(5) var<storage, read_write> vectors: array<f32>;
@group(0) @binding(6) var<storage, read_write> gram: array<f32>;
@group(0) @binding(7) var<storage, read_write> partial: array<f32>;
@group(0) @binding(8) var<storage, read_write> progress: Progress;

var<workgroup> coefficient: array<f32, BASIS>;
var<workgroup> decision: u32;
var<workgroup> keeps_pair: u32;
var<workgroup> new_step: f32;

fn row(vector: u32) -> u32 {
  return vector * settings.parameters;
}

@compute @workgroup_size(WORKGROUP)
fn lbfgs_step(@builtin(local_invocation_index) lane: u32) {
  measure_trial(lane);
  storageBarrier();
  if (lane == 0u) { decide(); }
  var action = workgroupUniformLoad(&decision);
  if (action == WAIT) { return; }
  if (action == ACCEPT) {
    accept_trial(lane);
    storageBarrier();
    measure_basis(lane);
    storageBarrier();
    update_gram(lane);
    storageBarrier();
    if (lane == 0u) { find_direction(); }
    if (workgroupUniformLoad(&decision) == ACCEPT) { combine_basis(lane); } else { action = RESTART; }
  }
  if (action == RESTART) { point_downhill(lane); }
  // Also makes the first invocation's step visible to all.
  let step = workgroupUniformLoad(&new_step);
  for (var j = lane; j < settings.parameters; j += WORKGROUP) {
    theta[j] = vectors[row(POINT) + j] + step * vectors[row(DIRECTION) + j];
  }
}

/// Partial sums of F′ along the direction, max |∂F/∂θ|, and whether all is finite.
fn measure_trial(lane: u32) {
  var along = 0.0;
  var largest = 0.0;
  var broken = 0.0;
  for (var j = lane; j < settings.parameters; j += WORKGROUP) {
    let g = slope[j];
    along += g * vectors[row(DIRECTION) + j];
    largest = max(largest, abs(g));
    if (!is_finite(g)) { broken = 1; }
  }
  partial[lane] = along;
  partial[WORKGROUP + lane] = largest;
  partial[2u * WORKGROUP + lane] = broken;
}

fn decide() {
  decision = WAIT;
  if (progress.status != RUNNING) { return; }
  var along = 0.0;
  var largest = 0.0;
  var broken = !is_finite(evaluation[0]);
  for (var i = 0u; i < WORKGROUP; i++) {
    along += partial[i];
    largest = max(largest, partial[WORKGROUP + i]);
    broken = broken || partial[2u * WORKGROUP + i] > 0;
  }
  progress.evaluations++;
  let outside = status[0] != 0u || status[1] != 0u;
  if (progress.evaluations == 1u) {
    if (outside || broken) {
      progress.status = select(NOT_FINITE, NOT_POSITIVE_DEFINITE, outside);
      return;
    }
    keeps_pair = 0u;
    settle(largest);
    return;
  }
  let value = evaluation[0];
  let rise = value - progress.value;
  let sufficient = rise <= ARMIJO * progress.step * progress.slope;
  let flat = rise <= settings.noise && along <= (2 * ARMIJO - 1) * progress.slope;
  if (!outside && !broken && (sufficient || flat)) {
    // sᵀy = t (F′(θ) − F′(x)): only a direction of positive curvature may enter the memory.
    keeps_pair = select(0u, 1u, along - progress.slope > 1e-6 * abs(progress.slope));
    progress.iteration++;
    settle(largest);
    return;
  }
  shorten(rise, outside || broken);
}

/// Takes the trial as the new point and stops where that is the end.
fn settle(largest: f32) {
  progress.value = evaluation[0];
  progress.norm = largest;
  progress.attempts = 0u;
  decision = ACCEPT;
  if (progress.iteration == 0u || largest < 0.9 * progress.best_norm) {
    progress.best_norm = largest;
    progress.best_iteration = progress.iteration;
  }
  if (largest <= settings.tolerance) {
    progress.status = CONVERGED;
  } else if (progress.iteration >= settings.iterations) {
    progress.status = ITERATION_LIMIT;
  } else if (progress.iteration - progress.best_iteration > PATIENCE && (settings.floor >= 1
      || (progress.pairs > 0u && abs(progress.step * progress.slope) < settings.floor))) {
    progress.status = STALLED;
  }
}

fn shorten(rise: f32, failed: bool) {
  progress.attempts++;
  if (progress.attempts > MOST_ATTEMPTS) {
    if (progress.pairs == 0u) {
      progress.status = STALLED;
      return;
    }
    decision = RESTART;
    return;
  }
  var factor = 0.25;
  if (!failed) {
    // The minimum of the parabola through F(x), F′(x) and F(θ).
    let descent = progress.step * progress.slope;
    factor = clamp(-0.5 * descent / max(rise - descent, 1e-30), 0.1, 0.5);
  }
  progress.step *= factor;
  new_step = progress.step;
  decision = SHORTEN;
}

fn accept_trial(lane: u32) {
  let s = row(FIRST + progress.slot);
  let y = row(FIRST + MEMORY + progress.slot);
  for (var j = lane; j < settings.parameters; j += WORKGROUP) {
    if (keeps_pair != 0u) {
      vectors[s + j] = theta[j] - vectors[row(POINT) + j];
      vectors[y + j] = slope[j] - vectors[row(FIRST + GRADIENT) + j];
    }
    vectors[row(POINT) + j] = theta[j];
    vectors[row(FIRST + GRADIENT) + j] = slope[j];
  }
}

/// Partial inner products of the three new vectors with every basis vector.
fn measure_basis(lane: u32) {
  let s = row(FIRST + progress.slot);
  let y = row(FIRST + MEMORY + progress.slot);
  let g = row(FIRST + GRADIENT);
  for (var i = 0u; i < BASIS; i++) {
    var sum = vec3f(0);
    for (var j = lane; j < settings.parameters; j += WORKGROUP) {
      sum += vectors[row(FIRST + i) + j] * vec3f(vectors[s + j], vectors[y + j], vectors[g + j]);
    }
    for (var c = 0u; c < 3u; c++) { partial[(3u * i + c) * WORKGROUP + lane] = sum[c]; }
  }
}

/// Each invocation adds up the partial sums of some inner products and stores them in both triangles.
fn update_gram(lane: u32) {
  for (var item = lane; item < 3u * BASIS; item += WORKGROUP) {
    var sum = 0.0;
    for (var i = 0u; i < WORKGROUP; i++) { sum += partial[item * WORKGROUP + i]; }
    let other = item / 3u;
    let own = vec3u(progress.slot, MEMORY + progress.slot, GRADIENT)[item % 3u];
    gram[own * BASIS + other] = sum;
    gram[other * BASIS + own] = sum;
  }
}

fn inner(i: u32, j: u32) -> f32 {
  return gram[i * BASIS + j];
}

/// Inner product of basis vector i with the combination that `coefficient` describes.
fn inner_combined(i: u32) -> f32 {
  var sum = 0.0;
  for (var j = 0u; j < BASIS; j++) { sum += coefficient[j] * inner(i, j); }
  return sum;
}

/// The two-loop recursion on coefficients (Nocedal and Wright 2006, algorithm 7.4), then the first step to try.
fn find_direction() {
  if (keeps_pair != 0u) {
    progress.slot = (progress.slot + 1u) % MEMORY;
    progress.pairs = min(progress.pairs + 1u, MEMORY);
  }
  for (var i = 0u; i < BASIS; i++) { coefficient[i] = 0; }
  coefficient[GRADIENT] = -1;
  var weight = array<f32, MEMORY>();
  for (var n = 0u; n < progress.pairs; n++) {
    let i = (progress.slot + MEMORY - 1u - n) % MEMORY;
    weight[n] = inner_combined(i) / inner(i, MEMORY + i);
    coefficient[MEMORY + i] -= weight[n];
  }
  if (progress.pairs > 0u) {
    let newest = (progress.slot + MEMORY - 1u) % MEMORY;
    let scale = inner(newest, MEMORY + newest) / inner(MEMORY + newest, MEMORY + newest);
    for (var i = 0u; i < BASIS; i++) { coefficient[i] *= scale; }
  }
  for (var back = 0u; back < progress.pairs; back++) {
    let n = progress.pairs - 1u - back;
    let i = (progress.slot + MEMORY - 1u - n) % MEMORY;
    coefficient[i] += weight[n] - inner_combined(MEMORY + i) / inner(i, MEMORY + i);
  }
  progress.slope = inner_combined(GRADIENT);
  var length = 0.0;
  for (var i = 0u; i < BASIS; i++) { length += coefficient[i] * inner_combined(i); }
  length = sqrt(max(length, 0));
  // Rounding can make the recursion point uphill; it starts afresh then.
  if (!is_finite(length) || !(progress.slope < -1e-7 * length * sqrt(inner(GRADIENT, GRADIENT)))
      || progress.pairs == 0u) {
    decision = RESTART;
    return;
  }
  // Scaled parameters are of order one: no step should be much longer.
  progress.step = min(1.0, (1 + 0.1 * sqrt(f32(settings.parameters))) / length);
  new_step = progress.step;
  decision = ACCEPT;
}

fn combine_basis(lane: u32) {
  for (var j = lane; j < settings.parameters; j += WORKGROUP) {
    var sum = 0.0;
    for (var i = 0u; i < BASIS; i++) { sum += coefficient[i] * vectors[row(FIRST + i) + j]; }
    vectors[row(DIRECTION) + j] = sum;
  }
}

/// Steepest descent with a first step of length ½, and an empty memory.
fn point_downhill(lane: u32) {
  for (var j = lane; j < settings.parameters; j += WORKGROUP) {
    vectors[row(DIRECTION) + j] = -vectors[row(FIRST + GRADIENT) + j];
  }
  if (lane == 0u) {
    let square = inner(GRADIENT, GRADIENT);
    progress.pairs = 0u;
    progress.attempts = 0u;
    progress.slope = -square;
    progress.step = 0.5 / sqrt(max(square, 1e-30));
    new_step = progress.step;
  }
}
