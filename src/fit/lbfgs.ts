import {
  inner,
  isHeld,
  lineSearch,
  type Minimum,
  type MinimiseOptions,
  projectedNorm,
  type Target,
} from "./minimise.ts";

const MEMORY = 12;

interface Correction {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly inverseProduct: number;
}

/**
 * Limited-memory BFGS in float64 with a line search that stays inside the positive-definite cone and the bounds
 * (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4; bounds by freezing the parameters they hold).
 *
 * `precondition` may apply an approximate inverse Hessian in place; without it the first step has length 0.5.
 */
export function minimiseLbfgs(
  target: Target,
  start: Float64Array,
  options: MinimiseOptions,
  precondition?: (direction: Float64Array) => void,
): Minimum {
  let theta: Float64Array = start.slice();
  const first = target.evaluate(theta);
  let { value } = first;
  let gradient: Float64Array = first.gradient.slice();
  let gradientNorm = projectedNorm(target, theta, gradient);
  const finish = (status: Minimum["status"], iterations: number): Minimum => ({
    theta,
    value,
    gradient,
    gradientNorm,
    iterations,
    status,
  });
  if (first.status !== "ok") return finish("badStart", 0);
  let memory: Correction[] = [];
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    if (gradientNorm <= options.tolerance) return finish("converged", iteration);
    if (options.signal?.aborted) return finish("aborted", iteration);
    const direction = quasiNewtonDirection(target, theta, gradient, memory, precondition);
    const found = lineSearch(target, theta, { value, gradient }, direction);
    if (found === undefined) {
      if (memory.length === 0) return finish("stalled", iteration);
      memory = [];
      continue;
    }
    memory = remember(memory, theta, gradient, found.theta, found.evaluation.gradient);
    theta = found.theta;
    ({ value } = found.evaluation);
    gradient = found.evaluation.gradient;
    gradientNorm = projectedNorm(target, theta, gradient);
    options.onIteration?.(iteration + 1, value, gradientNorm);
  }
  return finish(gradientNorm <= options.tolerance ? "converged" : "iterationLimit", options.maxIterations);
}

/** −H gradient by the two-loop recursion; parameters that a bound holds do not move. */
function quasiNewtonDirection(
  target: Target,
  theta: Float64Array,
  gradient: Float64Array,
  memory: readonly Correction[],
  precondition: ((direction: Float64Array) => void) | undefined,
): Float64Array {
  const held = theta.map((_, j) => (isHeld(target, theta, gradient, j) ? 1 : 0));
  const direction = gradient.map((value, j) => (held[j] ? 0 : -value));
  const weights = new Float64Array(memory.length);
  for (let i = memory.length - 1; i >= 0; i--) {
    const { step, change, inverseProduct } = memory[i]!;
    weights[i] = inverseProduct * inner(step, direction);
    for (let j = 0; j < direction.length; j++) direction[j]! -= weights[i]! * change[j]!;
  }
  if (precondition) precondition(direction);
  const scale = initialScale(memory, direction, precondition);
  for (let j = 0; j < direction.length; j++) direction[j]! *= scale;
  memory.forEach(({ step, change, inverseProduct }, i) => {
    const correction = weights[i]! - inverseProduct * inner(change, direction);
    for (let j = 0; j < direction.length; j++) direction[j]! += correction * step[j]!;
  });
  for (let j = 0; j < direction.length; j++) if (held[j]) direction[j] = 0;
  return direction;
}

function initialScale(
  memory: readonly Correction[],
  direction: Float64Array,
  precondition: ((direction: Float64Array) => void) | undefined,
): number {
  const last = memory.at(-1);
  if (!last) return precondition ? 1 : Math.min(1, 0.5 / Math.sqrt(inner(direction, direction)));
  const image = last.change.slice();
  if (precondition) precondition(image);
  return 1 / (last.inverseProduct * inner(last.change, image));
}

/** Adds the latest step where it shows positive curvature; the oldest falls out. */
function remember(
  memory: readonly Correction[],
  theta: Float64Array,
  gradient: Float64Array,
  nextTheta: Float64Array,
  nextGradient: Float64Array,
): Correction[] {
  const step = nextTheta.map((value, j) => value - theta[j]!);
  const change = nextGradient.map((value, j) => value - gradient[j]!);
  const product = inner(step, change);
  if (!(product > 1e-12 * Math.sqrt(inner(step, step) * inner(change, change)))) return [...memory];
  return [...memory, { step, change, inverseProduct: 1 / product }].slice(-MEMORY);
}
