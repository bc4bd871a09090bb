import type { Evaluation } from "../engine/engine.ts";

/** What a float64 optimiser sees of a problem. */
export interface Target {
  evaluate(theta: Float64Array): Evaluation;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface MinimiseOptions {
  readonly maxIterations: number;
  /** Stop when the largest entry of the projected gradient is below this. */
  readonly tolerance: number;
  readonly signal?: AbortSignal | undefined;
  readonly onIteration?: (iteration: number, value: number, gradientNorm: number) => void;
}

export interface Minimum {
  readonly theta: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly gradientNorm: number;
  readonly iterations: number;
  /** "stalled": no step decreases F in float64 any more. */
  readonly status: "converged" | "stalled" | "iterationLimit" | "badStart" | "aborted";
}

/** Whether a bound holds parameter j: it stands on the bound and −gradient points outside. */
export function isHeld(target: Target, theta: Float64Array, gradient: Float64Array, j: number): boolean {
  return (
    (theta[j]! <= target.lower[j]! && gradient[j]! > 0) || (theta[j]! >= target.upper[j]! && gradient[j]! < 0)
  );
}

/** max_j |∂F/∂θ_j| over the parameters that no bound holds. */
export function projectedNorm(target: Target, theta: Float64Array, gradient: Float64Array): number {
  let norm = 0;
  for (let j = 0; j < theta.length; j++) {
    if (!isHeld(target, theta, gradient, j)) norm = Math.max(norm, Math.abs(gradient[j]!));
  }
  return norm;
}

/** θ + step · direction, moved back inside the bounds. */
export function project(
  target: Target,
  theta: Float64Array,
  step: number,
  direction: Float64Array,
): Float64Array {
  const { lower, upper } = target;
  const moved = theta.slice();
  for (let j = 0; j < moved.length; j++) {
    moved[j] = Math.min(upper[j]!, Math.max(lower[j]!, moved[j]! + step * direction[j]!));
  }
  return moved;
}

/** xᵀy. */
export function inner(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j]! * y[j]!;
  return sum;
}

export interface LineSearchResult {
  readonly theta: Float64Array;
  readonly evaluation: Evaluation;
}

/** Sufficient-decrease constant and the most halvings tried; 2⁻⁴⁰ is below every useful step. */
const ARMIJO = 1e-4;
const MOST_HALVINGS = 40;
/** A rise of F by this share is rounding: what F cannot tell the slopes at both ends of the step then decide. */
const ROUNDING = 1e-13;

/**
 * Backtracking search along `direction` from step 1: F must decrease by a share of the predicted amount, with
 * quadratic interpolation between tries. A Σ outside the positive-definite cone counts as F = ∞, so the step is
 * shortened until it is inside. Where F is flat to rounding the approximate Wolfe condition decides (Hager and Zhang
 * 2005, doi:10.1137/030601880, equation 4.1). Returns `undefined` where no step helps.
 */
export function lineSearch(
  target: Target,
  theta: Float64Array,
  current: { value: number; gradient: Float64Array },
  direction: Float64Array,
): LineSearchResult | undefined {
  const { value } = current;
  const slope = inner(current.gradient, direction);
  if (!(slope < 0)) return undefined;
  let step = 1;
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    const moved = project(target, theta, step, direction);
    const evaluation = target.evaluate(moved);
    if (evaluation.status === "ok") {
      const rise = evaluation.value - value;
      const isFlat = Math.abs(rise) <= ROUNDING * Math.max(1, Math.abs(value));
      const end = isFlat ? inner(evaluation.gradient, direction) : NaN;
      if (isFlat ? end <= (2 * ARMIJO - 1) * slope : rise <= ARMIJO * step * slope) {
        return { theta: moved, evaluation: { ...evaluation, gradient: evaluation.gradient.slice() } };
      }
      // Where the line through both slopes crosses zero, or where the parabola through F, F′ and F has its minimum.
      const ideal = isFlat ? slope / (slope - end) : (-slope * step) / (2 * (rise - step * slope));
      step *= Math.min(0.5, Math.max(0.1, ideal));
    } else {
      step *= 0.25;
    }
  }
  return undefined;
}
