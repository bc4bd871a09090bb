import { Hessian } from "../engine/cpu/curvature/hessian.ts";
import { Objective } from "../engine/cpu/objective.ts";
import type { Problem } from "../engine/engine.ts";
import { activeJacobian, countUnconstrained } from "../fit/constraints.ts";
import { CONVERGED, type Estimate, type EstimateOptions } from "../fit/estimate.ts";
import type { Minimum, Target } from "../fit/minimise.ts";
import { type MomentDiscrepancy, MomentObjective } from "../fit/momentObjective.ts";
import { type HessianFunction, minimiseNewton } from "../fit/newton.ts";
import { scaleProblem } from "../fit/scale.ts";
import { minimiseConstrained } from "../fit/sequentialQuadratic.ts";
import { hasConstraints, type Model } from "../model/model.ts";
import type { Fitted } from "./fitted.ts";

const MOST_ITERATIONS = 500;

/** Newton steps from a first estimate on the discrepancy that is wanted, under the model's constraints. */
export function refine(
  first: Estimate,
  discrepancies: readonly MomentDiscrepancy[] | undefined,
  lost: 0 | 1,
  options: EstimateOptions,
): Estimate {
  const { problem } = first;
  const { target, hessian, units } = refinementTarget(problem, discrepancies, lost);
  const start = first.theta.map((value, j) => value * units[j]!);
  const minimise = { maxIterations: MOST_ITERATIONS, tolerance: CONVERGED, signal: options.signal };
  const minimum: Minimum = hasConstraints(problem.model)
    ? minimiseConstrained(target, hessian, problem.model, units, start, minimise)
    : minimiseNewton(target, start, hessian, minimise);
  return {
    ...first,
    theta: minimum.theta.map((value, j) => value / units[j]!),
    value: minimum.value,
    gradientNorm: minimum.gradientNorm,
    converged: minimum.status === "converged",
    status: minimum.status,
    iterations: { ...first.iterations, polish: first.iterations.polish + minimum.iterations },
  };
}

function refinementTarget(
  problem: Problem,
  discrepancies: readonly MomentDiscrepancy[] | undefined,
  lost: 0 | 1,
): { target: Target; hessian: HessianFunction; units: Float64Array } {
  if (discrepancies) {
    const { units } = scaleProblem({ ...problem, discrepancy: "maximumLikelihood" });
    const total = problem.moments.reduce((sum, { n }) => sum + n - lost, 0);
    const weights = problem.moments.map(({ n }) => (n - lost) / total);
    const target = new MomentObjective(problem, discrepancies, weights, units);
    return { target, hessian: (theta) => target.hessian(theta), units };
  }
  const scaled = scaleProblem(problem);
  const objective = new Objective(scaled.problem);
  const hessian = new Hessian(scaled.problem.model, scaled.problem.moments);
  return {
    units: scaled.units,
    target: {
      evaluate: (theta) => objective.evaluate(theta),
      lower: Float64Array.from(scaled.problem.model.parameters, ({ lower }) => lower),
      upper: Float64Array.from(scaled.problem.model.parameters, ({ upper }) => upper),
    },
    hessian: (theta) => hessian.observed(theta),
  };
}

/** The active constraints at θ̂, as standard errors and tests read them. */
export function activeConstraints(model: Model, theta: Float64Array): Pick<Fitted, "constraints" | "npar"> {
  return { constraints: activeJacobian(model, theta), npar: countUnconstrained(model, theta) };
}
