import { describe, expect, it } from "vitest";
import { Objective } from "../../../src/engine/cpu/objective.ts";
import type { CustomDiscrepancy, DiscrepancyName, Method, Problem } from "../../../src/engine/engine.ts";
import { observedNames } from "../../../src/model/model.ts";
import { randomModel, type RandomModelOptions, randomMoments } from "../../support/randomProblem.ts";

const DISCREPANCIES: DiscrepancyName[] = [
  "maximumLikelihood",
  "reverseKullbackLeibler",
  "bhattacharyya",
  "squaredHellinger",
  "generalizedLeastSquares",
  "unweightedLeastSquares",
];

/** ½ tr[(S − Σ)²] written by a user, to stand beside the built-in of the same formula. */
const custom: CustomDiscrepancy = {
  name: "my least squares",
  evaluate(sigma, sample, k, gradient) {
    let value = 0;
    for (let i = 0; i < k * k; i++) {
      gradient[i] = sigma[i]! - sample[i]!;
      value += 0.5 * gradient[i]! ** 2;
    }
    return value;
  },
};

const SHAPES: Record<string, RandomModelOptions> = {
  "sparse AMASEM": { p: 9, q: 4, edgeProbability: 0.25 },
  "free covariances": { p: 7, q: 3, edgeProbability: 0.4, freeCovariances: true },
  "unobserved endogenous variables": {
    p: 8,
    q: 2,
    edgeProbability: 0.5,
    unobserved: 0.3,
    freeCovariances: true,
  },
  "equal parameters": { p: 8, q: 3, edgeProbability: 0.4, equal: 0.4, freeCovariances: true },
  means: { p: 6, q: 2, edgeProbability: 0.4, means: true, freeCovariances: true },
  "two groups with means": { p: 5, q: 1, edgeProbability: 0.5, means: true, groups: 2, equal: 0.3 },
  "single variable": { p: 1, q: 1, edgeProbability: 1 },
};

function problemOf(options: RandomModelOptions, seed: number, discrepancy: Problem["discrepancy"]) {
  const { model, theta } = randomModel(options, seed);
  const moments = model.structures.map((structure, g) =>
    randomMoments(observedNames(structure), 50 + 30 * g, seed + 100 + g),
  );
  return { problem: { model, moments, discrepancy } satisfies Problem, theta };
}

/** Five-point central differences: truncation h⁴ ≈ 1e-13 beside rounding 1e-16 / h ≈ 1e-13 at h = 5e-4. */
function centralDifferences(objective: Objective, theta: Float64Array): Float64Array {
  const h = 5e-4;
  const at = (j: number, shift: number): number => {
    const moved = theta.slice();
    moved[j]! += shift;
    return objective.evaluate(moved).value;
  };
  return theta.map((_, j) => (8 * (at(j, h) - at(j, -h)) - (at(j, 2 * h) - at(j, -2 * h))) / (12 * h));
}

function largest(values: Iterable<number>): number {
  return Math.max(...Array.from(values, Math.abs));
}

describe("float64 objective", () => {
  for (const [shape, options] of Object.entries(SHAPES)) {
    for (const discrepancy of [...DISCREPANCIES, custom]) {
      const name = typeof discrepancy === "string" ? discrepancy : "custom";
      it(`${shape}: ${name} gradients equal central differences by every method`, () => {
        for (const seed of [1, 2, 3]) {
          const { problem, theta } = problemOf(options, seed, discrepancy);
          const reference = new Objective(problem, "covariance").evaluate(theta);
          expect(reference.status).toBe("ok");
          const numeric = centralDifferences(new Objective(problem, "covariance"), theta);
          const applies = discrepancy === "maximumLikelihood" && (options.unobserved ?? 0) === 0;
          const methods: Method[] = applies
            ? ["covariance", "accumulation", "district"]
            : ["covariance", "accumulation"];
          for (const method of methods) {
            const objective = new Objective(problem, method);
            expect(objective.method).toBe(method);
            const { value, gradient } = objective.evaluate(theta);
            // Methods differ by rounding only: about 1e-15 times the condition of Σ.
            expect(Math.abs(value - reference.value)).toBeLessThan(1e-11 * Math.max(1, Math.abs(value)));
            const scale = Math.max(1, largest(gradient));
            expect(largest(gradient.map((g, j) => g - numeric[j]!))).toBeLessThan(1e-7 * scale);
            expect(largest(gradient.map((g, j) => g - reference.gradient[j]!))).toBeLessThan(1e-11 * scale);
          }
        }
      });
    }
  }

  it("reports a Σ outside the positive-definite cone as a status", () => {
    const { problem, theta } = problemOf(
      { p: 4, q: 1, edgeProbability: 0.5, freeCovariances: true },
      5,
      "maximumLikelihood",
    );
    problem.model.parameters.forEach((parameter, j) => {
      if (parameter.name.startsWith("v")) theta[j] = -3;
    });
    for (const method of ["covariance", "accumulation", "district"] as const) {
      const { value, status } = new Objective(problem, method).evaluate(theta);
      expect(status).toBe("notPositiveDefinite");
      expect(value).toBe(Infinity);
    }
  });
});
