import { describe, expect, it } from "vitest";
import type { Table } from "../../../src/data/moments.ts";
import type { Problem } from "../../../src/engine/engine.ts";
import { incompleteLikelihood, missingPatterns } from "../../../src/fit/missing.ts";
import { type MomentDiscrepancy, MomentObjective } from "../../../src/fit/momentObjective.ts";
import { saturatedMoments } from "../../../src/fit/saturated.ts";
import { weightedLeastSquares } from "../../../src/fit/weightedLeastSquares.ts";
import { observedIndices } from "../../../src/model/model.ts";
import { generator, randomModel, randomMoments } from "../../support/randomProblem.ts";

const SHAPE = {
  p: 6,
  q: 2,
  edgeProbability: 0.5,
  means: true,
  unobserved: 0.2,
  equal: 0.3,
  freeCovariances: true,
  groups: 2,
};

function randomTable(k: number, rows: number, missing: number, seed: number): Table {
  const random = generator(seed);
  const factor = Array.from({ length: rows }, () => 2 * random() - 1);
  const columns = Array.from({ length: k }, (_, j) =>
    Float64Array.from({ length: rows }, (_, i) => {
      const value = 0.3 * j + (0.5 + 0.1 * j) * factor[i]! + 2 * random() - 1;
      return random() < missing ? NaN : value;
    }),
  );
  return { names: columns.map((_, j) => `x${j}`), columns, rows };
}

function problemOf(seed: number): { problem: Problem; theta: Float64Array; sizes: number[] } {
  const { model, theta } = randomModel(SHAPE, seed);
  const sizes = model.structures.map((structure) => observedIndices(structure).length);
  const moments = sizes.map((k, g) => randomMoments(k, 50 + 30 * g, seed + g));
  return { problem: { model, moments, discrepancy: "maximumLikelihood" }, theta, sizes };
}

const KINDS: Record<string, (problem: Problem, sizes: number[], seed: number) => MomentDiscrepancy[]> = {
  "weighted least squares": ({ moments }, sizes, seed) =>
    sizes.map((k, g) => {
      const random = generator(seed + g);
      const m = k + (k * (k + 1)) / 2;
      const root = Float64Array.from({ length: m * m }, () => random() - 0.5);
      const weight = new Float64Array(m * m);
      for (let a = 0; a < m; a++) {
        for (let b = 0; b < m; b++) {
          for (let c = 0; c < m; c++) weight[a * m + b]! += root[a * m + c]! * root[b * m + c]!;
        }
      }
      return weightedLeastSquares(moments[g]!, weight, true);
    }),
  "incomplete data": (_problem, sizes, seed) =>
    sizes.map((k, g) => incompleteLikelihood(missingPatterns(randomTable(k, 40, 0.25, seed + 7 * g)), k, 0)),
};

/** Five-point central differences with step h: error about h⁴ f⁽⁵⁾ + ε/h, here below 1e-9 of the largest entry. */
function difference(f: (shift: number) => Float64Array, h: number): Float64Array {
  const [a, b, c, d] = [f(h), f(-h), f(2 * h), f(-2 * h)];
  return a!.map((value, i) => (8 * (value - b![i]!) - (c![i]! - d![i]!)) / (12 * h));
}

const largest = (values: Float64Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

describe("discrepancies in moment space", () => {
  for (const [kind, make] of Object.entries(KINDS)) {
    it(`${kind}: gradient and exact Hessian equal central differences`, () => {
      for (const seed of [3, 11]) {
        const { problem, theta, sizes } = problemOf(seed);
        const random = generator(seed + 99);
        const units = theta.map(() => 0.5 + random());
        const target = new MomentObjective(problem, make(problem, sizes, seed), [0.4, 0.6], units);
        const start = theta.map((value, j) => value * units[j]!);
        const shifted = (j: number, shift: number): Float64Array => {
          const moved = start.slice();
          moved[j]! += shift;
          return moved;
        };
        const { gradient } = target.evaluate(start);
        const hessian = target.hessian(start)!;
        const t = start.length;
        for (let j = 0; j < t; j++) {
          const slope = difference((h) => Float64Array.of(target.evaluate(shifted(j, h)).value), 1e-3)[0]!;
          expect(Math.abs(slope - gradient[j]!)).toBeLessThan(1e-8 * Math.max(1, largest(gradient)));
          const column = difference((h) => target.evaluate(shifted(j, h)).gradient.slice(), 1e-3);
          column.forEach((value, i) => {
            const tolerance = 1e-8 * Math.max(1, largest(hessian));
            expect(Math.abs(value - hessian[i * t + j]!)).toBeLessThan(tolerance);
          });
        }
      }
    });
  }

  it("the saturated moments of incomplete data are a maximum: no moment moves F at first order", () => {
    const table = randomTable(5, 80, 0.3, 5);
    const { mean, covariance, patterns, value } = saturatedMoments(table);
    const f = incompleteLikelihood(patterns, 5, value);
    const state = { sigma: covariance, mu: mean } as Parameters<typeof f>[0];
    const { gradient, value: zero } = f(state)!;
    expect(Math.abs(zero)).toBeLessThan(1e-13);
    // The search ends at 1e-11 in variables of unit variance; these have variances near 1.
    expect(largest(gradient)).toBeLessThan(1e-10);
  });

  it("the saturated moments of complete data are the sample's, and two variables never seen together are refused", () => {
    const table = randomTable(4, 60, 0, 8);
    const { mean, patterns, covariance } = saturatedMoments(table);
    expect(patterns).toHaveLength(1);
    patterns[0]!.mean.forEach((value, j) => expect(mean[j]).toBeCloseTo(value, 12));
    patterns[0]!.covariance.forEach((value, i) => expect(covariance[i]).toBeCloseTo(value, 12));
    const [x, y] = [Float64Array.of(1, 2, 3, NaN, NaN, NaN), Float64Array.of(NaN, NaN, NaN, 1, 2, 4)];
    expect(() => saturatedMoments({ names: ["x", "y"], columns: [x, y], rows: 6 })).toThrow(
      /"x" and "y" are never observed in the same case/,
    );
  });
});
