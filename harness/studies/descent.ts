import { Objective } from "../../src/engine/cpu/objective.ts";
import type { Problem } from "../../src/engine/engine.ts";
import { minimiseLbfgs } from "../../src/fit/lbfgs.ts";

/** θ after iterations 0, 1, 2, … of a descent. */
export type Trajectory = readonly Float64Array[];

/** L-BFGS, as the fit of this package begins. The last θ stands where it converged. */
export function lbfgsTrajectory(problem: Problem, start: Float64Array, iterations: number): Trajectory {
  const objective = new Objective(problem);
  const parameters = problem.model.parameters;
  const trajectory = [start];
  const seen = new Map<number, Float64Array>();
  const target = {
    lower: Float64Array.from(parameters, () => -Infinity),
    upper: Float64Array.from(parameters, () => Infinity),
    evaluate: (theta: Float64Array) => {
      const evaluation = objective.evaluate(theta);
      seen.set(evaluation.value, theta.slice());
      return evaluation;
    },
  };
  minimiseLbfgs(target, start, {
    maxIterations: iterations,
    tolerance: 1e-13,
    onIteration: (_, value) => {
      trajectory.push(seen.get(value)!);
      seen.clear();
    },
  });
  return trajectory;
}

/** Adamax (Kingma and Ba 2015, algorithm 2) with the paper's defaults β₁ = 0.9, β₂ = 0.999. */
export function adamaxTrajectory(
  problem: Problem,
  start: Float64Array,
  iterations: number,
  learningRate: number,
): Trajectory {
  const objective = new Objective(problem);
  const theta = start.slice();
  const momentum = new Float64Array(theta.length);
  const norm = new Float64Array(theta.length);
  const trajectory = [start];
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const { gradient, status } = objective.evaluate(theta);
    if (status !== "ok") break;
    for (let j = 0; j < theta.length; j++) {
      momentum[j] = 0.9 * momentum[j]! + 0.1 * gradient[j]!;
      norm[j] = Math.max(0.999 * norm[j]!, Math.abs(gradient[j]!));
      if (norm[j]! > 0) theta[j]! -= (learningRate / (1 - 0.9 ** iteration)) * (momentum[j]! / norm[j]!);
    }
    trajectory.push(theta.slice());
  }
  return trajectory;
}
