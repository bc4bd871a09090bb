import { describe, expect, it } from "vitest";
import { Hessian } from "../../../src/engine/cpu/curvature/hessian.ts";
import { momentDerivatives } from "../../../src/engine/cpu/curvature/jacobian.ts";
import { createGenerators, freeEntries } from "../../../src/engine/cpu/curvature/generators.ts";
import { compileStructure } from "../../../src/engine/cpu/compiled.ts";
import { invertPositiveDefinite, multiply } from "../../../src/engine/cpu/linalg.ts";
import { Objective } from "../../../src/engine/cpu/objective.ts";
import type { Problem } from "../../../src/engine/engine.ts";
import { observedNames } from "../../../src/model/model.ts";
import { randomModel, type RandomModelOptions, randomMoments } from "../../support/randomProblem.ts";

const SHAPES: Record<string, RandomModelOptions> = {
  AMASEM: { p: 6, q: 3, edgeProbability: 0.4 },
  "free covariances": { p: 6, q: 2, edgeProbability: 0.5, freeCovariances: true },
  "unobserved variables, equal parameters": {
    p: 8,
    q: 2,
    edgeProbability: 0.5,
    unobserved: 0.3,
    freeCovariances: true,
    equal: 0.3,
  },
  "many observed variables": { p: 18, q: 4, edgeProbability: 0.15 },
  "many observed variables, means, free covariances": {
    p: 17,
    q: 3,
    edgeProbability: 0.15,
    means: true,
    freeCovariances: true,
    equal: 0.2,
  },
  means: { p: 6, q: 2, edgeProbability: 0.5, means: true, freeCovariances: true },
  "two groups, means, unobserved": {
    p: 6,
    q: 1,
    edgeProbability: 0.5,
    means: true,
    unobserved: 0.2,
    groups: 2,
    equal: 0.3,
    freeCovariances: true,
  },
};

function problemOf(options: RandomModelOptions, seed: number): { problem: Problem; theta: Float64Array } {
  const { model, theta } = randomModel(options, seed);
  const moments = model.structures.map((structure, g) =>
    randomMoments(observedNames(structure), 60 + 20 * g, seed + 50 + g),
  );
  return { problem: { model, moments, discrepancy: "maximumLikelihood" }, theta };
}

/** Five-point central differences of the analytic gradient; truncation and rounding both near 1e-12. */
function numericHessian(objective: Objective, theta: Float64Array): Float64Array {
  const t = theta.length;
  const h = 1e-3;
  const out = new Float64Array(t * t);
  for (let j = 0; j < t; j++) {
    const at = (shift: number): Float64Array => {
      const moved = theta.slice();
      moved[j]! += shift;
      return objective.evaluate(moved).gradient;
    };
    const [f1, b1, f2, b2] = [at(h), at(-h), at(2 * h), at(-2 * h)];
    for (let i = 0; i < t; i++) out[i * t + j] = (8 * (f1[i]! - b1[i]!) - (f2[i]! - b2[i]!)) / (12 * h);
  }
  return out;
}

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe("second derivatives", () => {
  for (const [shape, options] of Object.entries(SHAPES)) {
    it(`${shape}: the observed Hessian equals differences of the gradient`, () => {
      for (const seed of [1, 2, 3]) {
        const { problem, theta } = problemOf(options, seed);
        const analytic = new Hessian(problem.model, problem.moments).observed(theta)!;
        const numeric = numericHessian(new Objective(problem), theta);
        const difference = largest(analytic.map((value, i) => value - numeric[i]!));
        expect(difference).toBeLessThan(1e-8 * Math.max(1, largest(analytic)));
      }
    });

    it(`${shape}: the expected Hessian equals tr(W dΣ W dΣ) + 2 dμ W dμᵀ built entry by entry`, () => {
      const { problem, theta } = problemOf(options, 4);
      const { model, moments } = problem;
      const t = theta.length;
      const dense = new Float64Array(t * t);
      const total = moments.reduce((sum, { n }) => sum + n, 0);
      model.structures.forEach((structure, g) => {
        const compiled = compileStructure(structure, t);
        const generators = createGenerators(compiled, theta);
        const { k } = compiled;
        const w = invertPositiveDefinite(generators.observedSigma, k)!.inverse;
        const entries = freeEntries(compiled);
        const derivatives = momentDerivatives(
          generators,
          entries.map(({ place }) => place),
        );
        const weighted = derivatives.map(({ sigma }) => multiply(w, sigma, k, k, k));
        entries.forEach((left, i) => {
          entries.forEach((right, j) => {
            let value = 0;
            for (let a = 0; a < k; a++) {
              for (let b = 0; b < k; b++) {
                value += weighted[i]![a * k + b]! * weighted[j]![b * k + a]!;
                if (model.meanStructure) {
                  value += 2 * derivatives[i]!.mean[a]! * w[a * k + b]! * derivatives[j]!.mean[b]!;
                }
              }
            }
            dense[left.parameter * t + right.parameter]! +=
              (moments[g]!.n / total) * left.factor * right.factor * value;
          });
        });
      });
      const fast = new Hessian(model, moments).expected(theta)!;
      // Same sums in another order: rounding times the condition of Σ.
      expect(largest(fast.map((value, i) => value - dense[i]!))).toBeLessThan(1e-11 * largest(dense));
    });
  }
});
