// What the kernels that solve batches have in common: states that they report, rules of the line search, and settings.

const RUNNING = 0u;
const CONVERGED = 1u;
const STUCK = 2u;
const NOT_DEFINITE = 3u;

/// Share of the promised decrease that a step must bring.
const ARMIJO = 1e-4;
/// Share of the full step below which a search is stuck.
const SHORTEST = 1e-4;
/// Least sᵀy, relative to yᵀHy, for which H is updated.
const LEAST_CURVATURE = 1e-6;
/// A value of F above this counts as outside the domain.
const HUGE = 1e30;

struct Settings {
  problems: u32,
  evaluations: u32, // after which a problem is left to the host
  tolerance: f32, // on gᵀHg
  noise: f32, // rounding of F, relative to 1 + |F|
}
