import { dot, invertPositiveDefinite, multiply, transpose } from "../engine/cpu/linalg.ts";
import type { Model } from "../model/model.ts";
import { evaluateConstraints } from "./constraints.ts";
import { nullSpaceBasis } from "./informationAlgebra.ts";
import type { Minimum, MinimiseOptions, Target } from "./minimise.ts";
import type { HessianFunction } from "./newton.ts";

/** One linearised constraint: value c, gradient a; an equality, or an inequality c ≥ 0. */
interface Linearised {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly equality: boolean;
}

interface Step {
  readonly direction: Float64Array;
  /** One per constraint; 0 for those outside the working set. */
  readonly multipliers: Float64Array;
  /** max_j |(∇F − Aᵀλ)_j|. */
  readonly stationarity: number;
}

const FEASIBLE = 1e-10;
const PATIENCE = 4;

/**
 * Minimises F under the model's `==`, `<` and `>` rows and bounds by sequential quadratic programming with exact
 * Hessians: each step solves the quadratic model on the linearised active constraints by their null space; an L1 merit
 * function guards it (Nocedal and Wright, Numerical Optimization, 2006, sections 16.2, 16.5 and 18.4).
 *
 * θ is in the optimiser's units, θ·units; the start need not be feasible.
 */
export function minimiseConstrained(
  target: Target,
  hessian: HessianFunction,
  model: Model,
  units: Float64Array,
  start: Float64Array,
  options: MinimiseOptions,
): Minimum {
  let theta: Float64Array = start.slice();
  const linearise = (at: Float64Array): Linearised[] => lineariseAll(target, model, units, at);
  let current = target.evaluate(theta);
  let gradient: Float64Array = current.gradient.slice();
  let multipliers: Float64Array = new Float64Array(linearise(theta).length);
  let best: Minimum = {
    theta,
    value: current.value,
    gradient,
    gradientNorm: Infinity,
    iterations: 0,
    status: "badStart",
  };
  if (current.status !== "ok") return best;
  for (
    let iteration = 0, failures = 0;
    iteration < options.maxIterations && failures < PATIENCE;
    iteration++
  ) {
    if (options.signal?.aborted) return { ...best, status: "aborted" };
    const constraints = linearise(theta);
    const curvature = hessian(theta);
    if (!curvature) break;
    addConstraintCurvature(curvature, linearise, theta, multipliers);
    const step = quadraticStep(curvature, gradient, constraints);
    ({ multipliers } = step);
    const norm = Math.max(step.stationarity, violation(constraints));
    options.onIteration?.(iteration, current.value, norm);
    failures = norm < 0.5 * best.gradientNorm ? 0 : failures + 1;
    if (norm < best.gradientNorm) {
      best = {
        theta,
        value: current.value,
        gradient,
        gradientNorm: norm,
        iterations: iteration,
        status: "stalled",
      };
    }
    if (norm === 0) break;
    const penalty = 1 + 2 * multipliers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const moved = search(target, linearise, theta, step, penalty, norm < 1e-6);
    if (!moved) break;
    ({ theta } = moved);
    current = moved.evaluation;
    gradient = current.gradient.slice();
  }
  return {
    ...best,
    status: best.gradientNorm <= Math.max(options.tolerance, FEASIBLE) ? "converged" : best.status,
  };
}

/** All constraints at θ: the rows of the model, then the finite bounds. */
function lineariseAll(target: Target, model: Model, units: Float64Array, at: Float64Array): Linearised[] {
  const t = at.length;
  const values = evaluateConstraints(
    model,
    at.map((value, j) => value / units[j]!),
  );
  const rows = (list: Float64Array, jacobian: Float64Array, equality: boolean): Linearised[] =>
    Array.from(list, (value, i) => ({
      value,
      gradient: jacobian.slice(i * t, i * t + t).map((partial, j) => partial / units[j]!),
      equality,
    }));
  const bounds: Linearised[] = [];
  const bound = (j: number, value: number, sign: number): void => {
    if (!Number.isFinite(value)) return;
    const gradient = new Float64Array(t);
    gradient[j] = sign;
    bounds.push({ value, gradient, equality: false });
  };
  for (let j = 0; j < t; j++) {
    bound(j, at[j]! - target.lower[j]!, 1);
    bound(j, target.upper[j]! - at[j]!, -1);
  }
  return [
    ...rows(values.equalities, values.equalityJacobian, true),
    ...rows(values.inequalities, values.inequalityJacobian, false),
    ...bounds,
  ];
}

function violation(constraints: readonly Linearised[]): number {
  return constraints.reduce(
    (most, { value, equality }) => Math.max(most, equality ? Math.abs(value) : -value),
    0,
  );
}

/** H −= Σ λ ∇²c, by central differences of Aᵀλ (the constraints are cheap to evaluate). */
function addConstraintCurvature(
  hessian: Float64Array,
  linearise: (at: Float64Array) => Linearised[],
  theta: Float64Array,
  multipliers: Float64Array,
): void {
  if (multipliers.every((value) => value === 0)) return;
  const t = theta.length;
  const along = (at: Float64Array): Float64Array => {
    const sum = new Float64Array(t);
    linearise(at).forEach(({ gradient }, i) => {
      for (let j = 0; j < t; j++) sum[j]! += multipliers[i]! * gradient[j]!;
    });
    return sum;
  };
  const h = 1e-5;
  for (let j = 0; j < t; j++) {
    const [forward, backward] = [theta.slice(), theta.slice()];
    forward[j]! += h;
    backward[j]! -= h;
    const [up, down] = [along(forward), along(backward)];
    for (let i = 0; i < t; i++) {
      const value = (up[i]! - down[i]!) / (4 * h);
      hessian[i * t + j]! -= value;
      hessian[j * t + i]! -= value;
    }
  }
}

/** min ½dᵀHd + gᵀd on the linearised constraints, by an active-set search from those that hold or are violated. */
function quadraticStep(
  hessian: Float64Array,
  gradient: Float64Array,
  constraints: readonly Linearised[],
): Step {
  const working = new Set(
    constraints.flatMap(({ equality, value }, i) => (equality || value <= FEASIBLE ? [i] : [])),
  );
  let step = equalityStep(hessian, gradient, constraints, working);
  for (let change = 0; change < 4 * constraints.length; change++) {
    const released = [...working]
      .filter((i) => !constraints[i]!.equality && step.multipliers[i]! < -1e-12)
      .sort((a, b) => step.multipliers[a]! - step.multipliers[b]!)[0];
    const broken = constraints.findIndex(
      ({ value, gradient: a }, i) =>
        !working.has(i) && value + dot(a, 0, step.direction, 0, a.length) < -FEASIBLE,
    );
    if (broken >= 0) working.add(broken);
    else if (released !== undefined) working.delete(released);
    else break;
    step = equalityStep(hessian, gradient, constraints, working);
  }
  return step;
}

function equalityStep(
  hessian: Float64Array,
  gradient: Float64Array,
  constraints: readonly Linearised[],
  working: ReadonlySet<number>,
): Step {
  const t = gradient.length;
  const indices = [...working];
  const c = indices.length;
  const a = new Float64Array(c * t);
  indices.forEach((index, i) => a.set(constraints[index]!.gradient, i * t));
  const at = transpose(a, c, t);
  const gram = multiply(a, at, c, t, c);
  // A ridge far below the tolerances lets redundant constraints pass.
  for (let i = 0; i < c; i++) gram[i * c + i]! += 1e-13 * (1 + gram[i * c + i]!);
  const inverse = c > 0 ? invertPositiveDefinite(gram, c)!.inverse : new Float64Array(0);
  const shortfall = Float64Array.from(indices, (index) => -constraints[index]!.value);
  const normal = c > 0 ? multiply(at, multiply(inverse, shortfall, c, c, 1), t, c, 1) : new Float64Array(t);
  const { z, f } = nullSpaceBasis(a, c, t);
  const zt = transpose(z, t, f);
  const direction = normal.slice();
  if (f > 0) {
    const pull = multiply(hessian, normal, t, t, 1).map((value, j) => -(value + gradient[j]!));
    const reduced = multiply(multiply(zt, hessian, f, t, t), z, f, t, f);
    const tangent = solveDamped(reduced, multiply(zt, pull, f, t, 1), f);
    multiply(z, tangent, t, f, 1).forEach((value, j) => (direction[j]! += value));
  }
  const slope = multiply(hessian, direction, t, t, 1).map((value, j) => value + gradient[j]!);
  const solved = c > 0 ? multiply(inverse, multiply(a, slope, c, t, 1), c, c, 1) : new Float64Array(0);
  const multipliers = new Float64Array(constraints.length);
  indices.forEach((index, i) => (multipliers[index] = solved[i]!));
  const stationarity =
    f > 0 ? multiply(zt, gradient, f, t, 1).reduce((m, v) => Math.max(m, Math.abs(v)), 0) : 0;
  return { direction, multipliers, stationarity };
}

/** (R + λI)⁻¹ b with the least λ that makes the matrix positive definite. */
function solveDamped(matrix: Float64Array, b: Float64Array, n: number): Float64Array {
  let scale = 0;
  for (let i = 0; i < n; i++) scale = Math.max(scale, Math.abs(matrix[i * n + i]!));
  for (let damping = 0; ; damping = damping === 0 ? 1e-9 : damping * 10) {
    const damped = matrix.slice();
    for (let i = 0; i < n; i++) damped[i * n + i]! += damping * Math.max(scale, 1e-300);
    const inverted = invertPositiveDefinite(damped, n);
    if (inverted) return multiply(inverted.inverse, b, n, n, 1);
  }
}

/** Backtracking on F + ρ·(violations); close to the solution the full step is taken and judged by the next KKT residual. */
function search(
  target: Target,
  linearise: (at: Float64Array) => Linearised[],
  theta: Float64Array,
  { direction }: Step,
  penalty: number,
  near: boolean,
) {
  const merit = (at: Float64Array) => {
    const evaluation = target.evaluate(at);
    const broken = linearise(at).reduce(
      (sum, { value, equality }) => sum + (equality ? Math.abs(value) : Math.max(0, -value)),
      0,
    );
    return {
      evaluation: { ...evaluation, gradient: evaluation.gradient.slice() },
      total: evaluation.value + penalty * broken,
    };
  };
  const from = merit(theta).total;
  for (let length = 1; length > 1e-12; length *= 0.5) {
    const moved = theta.map((value, j) => value + length * direction[j]!);
    const { evaluation, total } = merit(moved);
    if (evaluation.status !== "ok") continue;
    if (near || total < from + 1e-12 * Math.abs(from)) return { theta: moved, evaluation };
  }
  return undefined;
}
