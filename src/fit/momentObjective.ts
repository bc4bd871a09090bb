import { accumulateParameters } from "../engine/cpu/curvature/expected.ts";
import { gradientCurvature } from "../engine/cpu/curvature/gradientCurvature.ts";
import { multiply } from "../engine/cpu/linalg.ts";
import type { Evaluation, Problem } from "../engine/engine.ts";
import { type GroupState, groupStates } from "./groupState.ts";
import { momentJacobian } from "./momentSpace.ts";
import type { Target } from "./minimise.ts";

/** F of one group at (Σ, μ), its gradient as an m-vector of moments, and on demand its curvature there, m×m. */
export interface MomentEvaluation {
  readonly value: number;
  readonly gradient: Float64Array;
  curvature(): Float64Array;
}

/** A discrepancy of one group as a function of its implied moments; `undefined` outside its domain. */
export type MomentDiscrepancy = (state: GroupState) => MomentEvaluation | undefined;

/**
 * F(θ) = Σ_g w_g F_g(Σ_g(θ), μ_g(θ)) for discrepancies stated in moment space (weighted least squares, incomplete data),
 * with exact gradient Δᵀ∇F and Hessian Δᵀ(∇²F)Δ + Σ ∇F·∂²(moments). In float64, for problems of moderate size.
 */
export class MomentObjective implements Target {
  readonly lower: Float64Array;
  readonly upper: Float64Array;

  /** `units` rescale the parameters, as `scaleProblem` chooses them: the optimiser sees θ·units. */
  constructor(
    private readonly problem: Problem,
    private readonly discrepancies: readonly MomentDiscrepancy[],
    private readonly weights: readonly number[],
    private readonly units: Float64Array,
  ) {
    this.lower = Float64Array.from(problem.model.parameters, ({ lower }, j) => lower * units[j]!);
    this.upper = Float64Array.from(problem.model.parameters, ({ upper }, j) => upper * units[j]!);
  }

  evaluate(scaled: Float64Array): Evaluation {
    const theta = scaled.map((value, j) => value / this.units[j]!);
    const t = theta.length;
    const gradient = new Float64Array(t);
    let value = 0;
    for (const [g, state] of groupStates(this.problem, theta).entries()) {
      const result = this.discrepancies[g]!(state);
      if (!result) return { value: Infinity, gradient, status: "notPositiveDefinite" };
      const weight = this.weights[g]!;
      value += weight * result.value;
      const along = multiply(result.gradient, momentJacobian(state, t), 1, result.gradient.length, t);
      for (let j = 0; j < t; j++) gradient[j]! += (weight * along[j]!) / this.units[j]!;
    }
    return { value, gradient, status: Number.isFinite(value) ? "ok" : "notFinite" };
  }

  /** The exact Hessian in the optimiser's units. */
  hessian(scaled: Float64Array): Float64Array | undefined {
    const theta = scaled.map((value, j) => value / this.units[j]!);
    const t = theta.length;
    const matrix = momentHessian(this.problem, this.discrepancies, this.weights, theta);
    return matrix?.map((value, i) => value / (this.units[Math.floor(i / t)]! * this.units[i % t]!));
  }
}

/** ∂²F/∂θ² in the user's units, t×t; `undefined` where F is not defined. */
export function momentHessian(
  problem: Problem,
  discrepancies: readonly MomentDiscrepancy[],
  weights: readonly number[],
  theta: Float64Array,
): Float64Array | undefined {
  const t = theta.length;
  const out = new Float64Array(t * t);
  for (const [g, state] of groupStates(problem, theta).entries()) {
    const result = discrepancies[g]!(state);
    if (!result) return undefined;
    const delta = momentJacobian(state, t);
    addQuadraticForm(delta, result.curvature(), t, weights[g]!, out);
    const { covariance, mean } = fullGradient(result.gradient, state);
    const places = state.freeEntries.map(({ place }) => place);
    const second = gradientCurvature(state.generators, places, covariance, mean);
    accumulateParameters(state.freeEntries, second, weights[g]!, out, t);
  }
  return out;
}

/** out += scale · Δᵀ K Δ for Δ: m×t and K: m×m. */
export function addQuadraticForm(
  delta: Float64Array,
  k: Float64Array,
  t: number,
  scale: number,
  out: Float64Array,
): void {
  const m = delta.length / t;
  const half = multiply(k, delta, m, m, t);
  for (let a = 0; a < m; a++) {
    for (let i = 0; i < t; i++) {
      const left = scale * delta[a * t + i]!;
      if (left !== 0) for (let j = 0; j < t; j++) out[i * t + j]! += left * half[a * t + j]!;
    }
  }
}

/** The gradient by moments as G (k×k, an off-diagonal entry shared by its two places) and ∂F/∂μ. */
export function fullGradient(gradient: Float64Array, { k, meanStructure }: GroupState) {
  const covariance = new Float64Array(k * k);
  let a = meanStructure ? k : 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++, a++) {
      const value = i === j ? gradient[a]! : 0.5 * gradient[a]!;
      covariance[i * k + j] = value;
      covariance[j * k + i] = value;
    }
  }
  return { covariance, mean: meanStructure ? gradient.slice(0, k) : undefined };
}
