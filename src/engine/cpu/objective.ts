import type { Evaluation, Method, Problem } from "../engine.ts";
import { requireModelOrder } from "../modelOrder.ts";
import { dot } from "./linalg.ts";
import { createGroupObjective, type GroupObjective } from "./groupObjective.ts";

/**
 * F(θ) = Σ_g (n_g / N) F_g(θ) over the groups of a problem, in float64 and synchronous: the oracle of the GPU
 * engine, the fallback where there is no GPU, and what the polish works on.
 */
export class Objective {
  readonly parameterCount: number;
  readonly method: Method;
  private readonly groups: readonly GroupObjective[];
  private readonly weights: readonly number[];

  constructor(problem: Problem, method?: Method) {
    const { model, moments, discrepancy } = problem;
    requireModelOrder(problem);
    this.parameterCount = model.parameters.length;
    const total = moments.reduce((sum, group) => sum + group.n, 0);
    this.weights = moments.map((group) => (moments.length === 1 ? 1 : group.n / total));
    this.groups = model.structures.map((structure, g) =>
      createGroupObjective(
        {
          structure,
          moments: moments[g]!,
          parameterCount: this.parameterCount,
          meanStructure: model.meanStructure,
          discrepancy,
        },
        method,
      ),
    );
    this.method = this.groups[0]!.method;
  }

  /** F and ∂F/∂θ at θ; a Σ outside the positive-definite cone is a status, not an error. */
  evaluate(theta: Float64Array, gradient: Float64Array = new Float64Array(this.parameterCount)): Evaluation {
    gradient.fill(0);
    let value = 0;
    for (let g = 0; g < this.groups.length; g++) {
      const term = this.groups[g]!.evaluate(theta, this.weights[g]!, gradient);
      if (Number.isNaN(term)) return { value: Infinity, gradient, status: "notPositiveDefinite" };
      value += this.weights[g]! * term;
    }
    // A sum of squares is finite only where all its terms are; gradients whose squares overflow are as useless.
    const finite = Number.isFinite(value + dot(gradient, 0, gradient, 0, gradient.length));
    return { value, gradient, status: finite ? "ok" : "notFinite" };
  }
}
