import type { Evaluation } from "../../src/engine/engine.ts";

/** How a descent ended: whether F and its gradient were finite to the last, and the last F. */
export interface DescentEnd {
  readonly finite: boolean;
  readonly value: number;
}

/** θ ← θ − η ∂F/∂θ and nothing else, as the published experiment descends: no guard, no line search. */
export function gradientDescent(
  evaluate: (theta: Float64Array) => Evaluation,
  start: Float64Array,
  learningRate: number,
  iterations: number,
): DescentEnd {
  const theta = start.slice();
  for (let iteration = 0; ; iteration++) {
    const { value, gradient, status } = evaluate(theta);
    if (status !== "ok") return { finite: false, value: Infinity };
    if (iteration === iterations) return { finite: true, value };
    for (let j = 0; j < theta.length; j++) theta[j]! -= learningRate * gradient[j]!;
  }
}
