import { expect, test } from "vitest";
import { observedNames, type Structure } from "../../src/model/model.ts";
import { denseMaximumLikelihood } from "../oracle/dense.ts";
import { randomModel, randomMoments } from "../support/randomProblem.ts";
import { runInBrowser } from "./page/bridge.ts";
import type { SolverRun } from "./page/solver.ts";

const PAGE = "/test/gpu/page/solver.ts";

const { model, theta } = randomModel({ p: 11, q: 4, edgeProbability: 0.3, unobserved: 0.3 }, 8);
const structure: Structure = model.structures[0]!;
const names = observedNames(structure);
const k = names.length;
const moments = randomMoments(names, 50, 9);

test.each(["covariance", "accumulation"] as const)(
  "a loop of one's own, %s: losses, gradient, Σ and A are those of the oracle at the last weights",
  async (method) => {
    const run = await runInBrowser<SolverRun>(PAGE, "loop", structure, moments, theta, 5, { method });
    expect(run.losses).toHaveLength(6);
    expect(run.losses[5]).toBeLessThan(run.losses[0]!);
    const expected = denseMaximumLikelihood(structure, moments, run.weights, theta.length);
    // float32 against float64: 1e-5 relative to the largest element.
    expect(Math.abs(run.losses[5]! / expected.value - 1)).toBeLessThan(1e-5);
    expectClose(run.gradient, expected.gradient);
    expectClose(run.covariance.values, expected.sigma.data);
    expect(run.covariance.rows).toEqual(moments.names);
    // Σ = AᵀΨA with Ψ = I here, on the observed columns.
    const { rows, columns, values } = run.effects;
    const places = names.map((name) => columns.indexOf(name));
    const implied = Float64Array.from({ length: k * k }, (_, at) => {
      const [i, j] = [places[Math.floor(at / k)]!, places[at % k]!];
      return rows.reduce(
        (sum, _name, l) => sum + values[l * columns.length + i]! * values[l * columns.length + j]!,
        0,
      );
    });
    expectClose(implied, expected.sigma.data);
  },
);

function expectClose(actual: Float64Array, expected: Float64Array): void {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expected.forEach((value, at) => {
    expect(Math.abs(actual[at]! - value) / largest, `element ${at}`).toBeLessThan(1e-5);
  });
}

test("a thousand solvers leave nothing behind", async () => {
  const small = randomModel({ p: 4, q: 2, edgeProbability: 0.4 }, 1).model.structures[0]!;
  const churn = await runInBrowser<{ left: number; held: number }>(
    PAGE,
    "churn",
    small,
    randomMoments(4, 50, 2),
    1000,
  );
  expect(churn.left).toBe(0);
  expect(churn.held).toBeGreaterThan(0);
});
