import { Hessian } from "../engine/cpu/curvature/hessian.ts";
import { Objective } from "../engine/cpu/objective.ts";
import { invertPositiveDefinite, solveCholesky } from "../engine/cpu/linalg.ts";
import type { Method, Problem } from "../engine/engine.ts";
import { dampedFactor } from "./dampedFactor.ts";
import { minimiseLbfgs } from "./lbfgs.ts";
import type { Minimum, MinimiseOptions, Target } from "./minimise.ts";
import { minimiseNewton } from "./newton.ts";

/** F, its bounds, and how it is computed. */
export interface ProblemTarget extends Target {
  readonly method: Method;
}

/** The float64 target of a problem; `method` undefined takes the cheapest exact form. */
export function createTarget(problem: Problem, method?: Method): ProblemTarget {
  const objective = new Objective(problem, method);
  const gradient = new Float64Array(objective.parameterCount);
  return {
    method: objective.method,
    evaluate: (theta) => objective.evaluate(theta, gradient),
    lower: Float64Array.from(problem.model.parameters, ({ lower }) => lower),
    upper: Float64Array.from(problem.model.parameters, ({ upper }) => upper),
  };
}

/**
 * Brings θ from the neighbourhood of an optimum to the floor of the float64 gradient.
 *
 * Maximum likelihood: Newton with the exact Hessian. Other discrepancies: L-BFGS preconditioned by the matrix
 * Σ tr(W dΣ W dΣ), which is proportional to their Hessian where the model fits the sample.
 */
export function polish(
  problem: Problem,
  target: Target,
  start: Float64Array,
  options: MinimiseOptions,
): Minimum {
  if (problem.discrepancy === "maximumLikelihood") {
    const hessian = new Hessian(problem.model, problem.moments);
    return minimiseNewton(target, start, (theta) => hessian.observed(theta), options);
  }
  return minimiseLbfgs(target, start, options, createPreconditioner(problem, start));
}

/**
 * θ ↦ E⁻¹ θ with E the Gauss–Newton matrix at `theta`, damped where the model is not identified; `undefined` where Σ is
 * not positive definite.
 */
export function createPreconditioner(
  problem: Problem,
  theta: Float64Array,
): ((direction: Float64Array) => void) | undefined {
  const t = theta.length;
  const weights = problem.moments.map((group) => {
    const k = group.names.length;
    const unweighted = Float64Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
    if (problem.discrepancy === "unweightedLeastSquares") return unweighted;
    return invertPositiveDefinite(group.covariance, k)?.inverse ?? unweighted;
  });
  const matrix = new Hessian(problem.model, problem.moments).gaussNewton(theta, weights);
  const damped = matrix && dampedFactor(matrix, t);
  if (!damped) return undefined;
  return (direction) => solveCholesky(damped.factor, t, direction);
}
