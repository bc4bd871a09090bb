import { addScaled, dot } from "../engine/cpu/linalg.ts";
import {
  inner,
  isHeld,
  lineSearch,
  type Minimum,
  type MinimiseOptions,
  projectedNorm,
  type Target,
} from "./minimise.ts";

/** Corrections kept: 12 take up to a quarter more iterations on models of 40 variables, and the vectors cost little. */
const MEMORY = 30;

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
    remember(memory, theta, gradient, found.theta, found.evaluation.gradient);
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
  const t = theta.length;
  const direction = new Float64Array(t);
  const free = freeMask(target, theta, gradient);
  for (let j = 0; j < t; j++) direction[j] = -free[j]! * gradient[j]!;
  const weights = new Float64Array(memory.length);
  for (let i = memory.length - 1; i >= 0; i--) {
    const { step, change, inverseProduct } = memory[i]!;
    weights[i] = inverseProduct * dot(step, 0, direction, 0, t);
    addScaled(-weights[i]!, change, 0, direction, 0, t);
  }
  if (precondition) precondition(direction);
  const scale = initialScale(memory, direction, precondition);
  for (let j = 0; j < t; j++) direction[j]! *= scale;
  for (let i = 0; i < memory.length; i++) {
    const { step, change, inverseProduct } = memory[i]!;
    const correction = weights[i]! - inverseProduct * dot(change, 0, direction, 0, t);
    addScaled(correction, step, 0, direction, 0, t);
  }
  for (let j = 0; j < t; j++) direction[j]! *= free[j]!;
  return direction;
}

/** 0 for the parameters that a bound holds, 1 for the others. */
function freeMask(target: Target, theta: Float64Array, gradient: Float64Array): Uint8Array {
  const free = new Uint8Array(theta.length);
  for (let j = 0; j < free.length; j++) free[j] = isHeld(target, theta, gradient, j) ? 0 : 1;
  return free;
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

/** Adds the latest step to `memory` where it shows positive curvature; the oldest falls out. */
function remember(
  memory: Correction[],
  theta: Float64Array,
  gradient: Float64Array,
  nextTheta: Float64Array,
  nextGradient: Float64Array,
): void {
  const step = nextTheta.slice();
  const change = nextGradient.slice();
  for (let j = 0; j < step.length; j++) {
    step[j]! -= theta[j]!;
    change[j]! -= gradient[j]!;
  }
  const product = inner(step, change);
  if (!(product > 1e-12 * Math.sqrt(inner(step, step) * inner(change, change)))) return;
  memory.push({ step, change, inverseProduct: 1 / product });
  if (memory.length > MEMORY) memory.shift();
}
