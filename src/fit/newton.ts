import { solveCholesky } from "../engine/cpu/linalg.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { type DampedFactor, dampedFactor } from "./dampedFactor.ts";
import {
  inner,
  isHeld,
  lineSearch,
  type LineSearchResult,
  type Minimum,
  type MinimiseOptions,
  project,
  projectedNorm,
  type Target,
} from "./minimise.ts";

/** A Hessian of F at θ, or `undefined` where it cannot be had. */
export type HessianFunction = (theta: Float64Array) => Float64Array | undefined;

/** How often the gradient may fail to shrink before we are at its float64 floor. */
const PATIENCE = 3;

/** A factorised Hessian serves the next step too where the last one shrank the gradient to this share or less, … */
const FAST = 0.1;

/** … and where the gradient is this small: what then keeps it from shrinking is rounding, not an old Hessian. */
const FLOOR = 1e-12;

/**
 * Newton's method in float64 from a point near the optimum: quadratic convergence down to the floor of the gradient.
 *
 * Steps solve (H + λ|diag H|) δ = −∇F with the least λ that makes the matrix positive definite (Levenberg–Marquardt).
 * While the gradient shrinks fast the factor of the last Hessian is used again (a chord step). Close to the floor F
 * itself no longer shows progress, so a full step is then judged by the gradient alone.
 */
export function minimiseNewton(
  target: Target,
  start: Float64Array,
  hessian: HessianFunction,
  options: MinimiseOptions,
): Minimum {
  let theta: Float64Array = start.slice();
  const first = target.evaluate(theta);
  let { value } = first;
  let gradient: Float64Array = first.gradient.slice();
  let gradientNorm = projectedNorm(target, theta, gradient);
  let failures = 0;
  let curvature: Curvature | undefined;
  let best: Minimum = { theta, value, gradient, gradientNorm, iterations: 0, status: "badStart" };
  if (first.status !== "ok") return best;
  for (let iteration = 0; iteration < options.maxIterations && failures < PATIENCE; iteration++) {
    if (options.signal?.aborted) return { ...best, status: "aborted" };
    if (gradientNorm === 0) break;
    curvature ??= factorise(target, theta, gradient, hessian);
    const next = curvature && takeStep(target, theta, { value, gradient }, newtonStep(curvature, gradient));
    if (!next) break;
    const before = gradientNorm;
    theta = next.theta;
    ({ value } = next.evaluation);
    gradient = next.evaluation.gradient;
    gradientNorm = projectedNorm(target, theta, gradient);
    options.onIteration?.(iteration + 1, value, gradientNorm);
    if (gradientNorm > FAST * before && gradientNorm > FLOOR) curvature = undefined;
    const improved =
      gradientNorm < 0.5 * best.gradientNorm || value < best.value - 1e-12 * Math.abs(best.value);
    failures = improved ? 0 : failures + 1;
    if (gradientNorm < best.gradientNorm || value < best.value - 1e-10) {
      best = { theta, value, gradient, gradientNorm, iterations: iteration + 1, status: "iterationLimit" };
    }
  }
  const isConverged = best.gradientNorm <= options.tolerance || isSettled(target, best, hessian);
  return { ...best, status: isConverged ? "converged" : "stalled" };
}

/**
 * Newton decrement √(∇Fᵀ H⁻¹ ∇F) below which a point counts as the optimum whatever its gradient: what is left to gain
 * in F is half its square, and no estimate is further off than √(n/2) times it in standard errors (2·10⁻⁶ at n = 500).
 */
const SETTLED = 1e-7;

/**
 * Where S is close to singular, rounding keeps gradients with respect to tiny variances large, though a step along them
 * would be nothing: the decrement does not depend on the units of the parameters (Boyd and Vandenberghe 2004, 9.5.1).
 */
function isSettled(target: Target, { theta, gradient }: Minimum, hessian: HessianFunction): boolean {
  const curvature = factorise(target, theta, gradient, hessian);
  if (!curvature || curvature.damping > 0) return false;
  return -inner(newtonStep(curvature, gradient), gradient) <= SETTLED ** 2;
}

/** The damped factor of the Hessian over the parameters that no bound holds. */
interface Curvature extends DampedFactor {
  readonly free: readonly number[];
}

function factorise(
  target: Target,
  theta: Float64Array,
  gradient: Float64Array,
  hessian: HessianFunction,
): Curvature | undefined {
  const matrix = hessian(theta);
  if (!matrix) return undefined;
  const t = theta.length;
  const free = Array.from(theta.keys()).filter((j) => !isHeld(target, theta, gradient, j));
  const m = free.length;
  if (m === 0) return undefined;
  const damped = dampedFactor(m === t ? matrix : submatrix(matrix, t, free), m);
  return damped && { free, ...damped };
}

/** −H⁻¹ ∇F, zero for the parameters that a bound holds. */
function newtonStep({ free, factor }: Curvature, gradient: Float64Array): Float64Array {
  const step = Float64Array.from(free, (j) => -gradient[j]!);
  solveCholesky(factor, free.length, step);
  const direction = new Float64Array(gradient.length);
  free.forEach((j, i) => (direction[j] = step[i]!));
  return direction;
}

/** Where the predicted decrease of F is below this share of it, float64 cannot see it. */
const VISIBLE = 1e-9;

/**
 * A line search while F can show progress; near the floor the whole step, which Newton's convergence vouches for and
 * which the caller judges by the gradient.
 */
function takeStep(
  target: Target,
  theta: Float64Array,
  current: { value: number; gradient: Float64Array },
  direction: Float64Array,
): LineSearchResult | undefined {
  const slope = inner(direction, current.gradient);
  if (-slope > VISIBLE * Math.max(1, Math.abs(current.value))) {
    const found = lineSearch(target, theta, current, direction);
    if (found) return found;
  }
  const moved = project(target, theta, 1, direction);
  const evaluation = target.evaluate(moved);
  if (evaluation.status !== "ok") return undefined;
  return { theta: moved, evaluation: { ...evaluation, gradient: evaluation.gradient.slice() } };
}
