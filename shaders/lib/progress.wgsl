// How far an optimiser has come: written by its step kernel after every evaluation, polled by the host now and then.

const RUNNING = 0u;
const CONVERGED = 1u;
const STALLED = 2u;
const NOT_POSITIVE_DEFINITE = 3u;
const NOT_FINITE = 4u;
const ITERATION_LIMIT = 5u;

struct Progress {
  status: u32,
  iteration: u32, // accepted steps
  evaluations: u32,
  value: f32, // F at the last accepted point
  norm: f32, // max |∂F/∂θ| there
  // Line search along `direction` from the accepted point.
  step: f32,
  slope: f32, // directional derivative at its start
  attempts: u32,
  // Limited memory: pairs kept, and the slot that the next one takes.
  pairs: u32,
  slot: u32,
  // Stall detection: the lowest norm so far and the iteration that reached it.
  best_norm: f32,
  best_iteration: u32,
}

/// Uniform of the step kernels.
struct StepSettings {
  parameters: u32,
  iterations: u32, // limit
  tolerance: f32, // on max |∂F/∂θ|
  noise: f32, // differences of F below this are rounding
  floor: f32, // differences below this are rounding where Σ is as ill-conditioned as S
  rate: f32, // learning rate
  momentum: f32,
  schedule: u32, // 0 constant, 1 inverse square root, 2 cosine to zero
}

/// WGSL lets implementations assume that NaN does not occur, so comparisons cannot be trusted to find it; bits can.
fn is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}
