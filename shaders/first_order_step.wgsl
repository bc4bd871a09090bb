// first_order_step: one step of stochastic-gradient descent's relatives after an evaluation at θ, g = ∂F/∂θ.
//   SGD:     m ← μ m + g                                     θ ← θ − η m
//   Adam:    m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²   θ ← θ − η m̂ / (√v̂ + ε)     m̂, v̂ corrected for bias
//   Adamax:  m as Adam, v ← max(β₂ v, |g|)                   θ ← θ − η m̂ / v
// (Kingma and Ba 2015, arXiv 1412.6980.) A step that leaves the positive-definite cone is halved, a few times at most.
// vectors: rows of `parameters` floats: m, v, and θ before the last step. One workgroup; invocations own every
// WORKGROUP-th parameter, and the first one decides for all.

override WORKGROUP: u32;
override RULE: u32; // 0 SGD, 1 Adam, 2 Adamax
const BETA = vec2f(0.9, 0.999);
const MOST_ATTEMPTS = 24u;

const WAIT = 0u;
const HALVE = 1u;
const STEP = 2u;

@group(0) @binding(0) var<uniform> settings: StepSettings;
@group(0) @binding(1) var<storage, read> slope: array<f32>;
@group(0) @binding(2) var<storage, read> evaluation: array<f32>;
@group(0) @binding(3) var<storage, read> status: array<u32>;
@group(0) @binding(4) var<storage, read_write> theta: array<f32>;
@group(0) @binding(5) var<storage, read_write> vectors: array<f32>;
@group(0) @binding(6) var<storage, read_write> progress: Progress;

var<workgroup> partial: array<vec2f, WORKGROUP>;
var<workgroup> decision: u32;
var<workgroup> rate: f32;
var<workgroup> correction: vec2f;

@compute @workgroup_size(WORKGROUP)
fn first_order_step(@builtin(local_invocation_index) lane: u32) {
  var largest = 0.0;
  var broken = 0.0;
  for (var j = lane; j < settings.parameters; j += WORKGROUP) {
    largest = max(largest, abs(slope[j]));
    if (!is_finite(slope[j])) { broken = 1; }
  }
  partial[lane] = vec2f(largest, broken);
  workgroupBarrier();
  if (lane == 0u) { decide(); }
  let action = workgroupUniformLoad(&decision);
  if (action == WAIT) { return; }
  let count = settings.parameters;
  for (var j = lane; j < count; j += WORKGROUP) {
    if (action == HALVE) {
      theta[j] = 0.5 * (theta[j] + vectors[2u * count + j]);
    } else {
      vectors[2u * count + j] = theta[j];
      theta[j] -= rate * update_of(j);
    }
  }
}

fn decide() {
  decision = WAIT;
  if (progress.status != RUNNING) { return; }
  var largest = 0.0;
  var broken = !is_finite(evaluation[0]);
  for (var i = 0u; i < WORKGROUP; i++) {
    largest = max(largest, partial[i].x);
    broken = broken || partial[i].y > 0;
  }
  progress.evaluations++;
  let outside = status[0] != 0u || status[1] != 0u;
  if (outside || broken) {
    progress.attempts++;
    if (progress.evaluations == 1u || !outside || progress.attempts > MOST_ATTEMPTS) {
      progress.status = select(NOT_FINITE, NOT_POSITIVE_DEFINITE, outside);
    } else {
      decision = HALVE;
    }
    return;
  }
  progress.attempts = 0u;
  progress.value = evaluation[0];
  progress.norm = largest;
  if (largest <= settings.tolerance) {
    progress.status = CONVERGED;
    return;
  }
  if (progress.iteration >= settings.iterations) {
    progress.status = ITERATION_LIMIT;
    return;
  }
  progress.iteration++;
  let t = f32(progress.iteration);
  rate = settings.rate * scheduled(t);
  correction = 1 - pow(BETA, vec2f(t));
  decision = STEP;
}

fn scheduled(t: f32) -> f32 {
  switch settings.schedule {
    case 1u: { return inverseSqrt(t); }
    case 2u: { return 0.5 + 0.5 * cos(3.14159265 * min(1.0, t / f32(settings.iterations))); }
    default: { return 1.0; }
  }
}

fn update_of(j: u32) -> f32 {
  let g = slope[j];
  let v = settings.parameters + j;
  if (RULE == 0u) {
    vectors[j] = settings.momentum * vectors[j] + g;
    return vectors[j];
  }
  vectors[j] = mix(g, vectors[j], BETA.x);
  if (RULE == 1u) {
    vectors[v] = mix(g * g, vectors[v], BETA.y);
    return vectors[j] / correction.x / (sqrt(vectors[v] / correction.y) + 1e-8);
  }
  vectors[v] = max(BETA.y * vectors[v], abs(g));
  return vectors[j] / correction.x / max(vectors[v], 1e-30);
}
