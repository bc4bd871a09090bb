import { expect, test } from "vitest";
import type { Evaluation, Problem } from "../../src/engine/engine.ts";
import { observedNames } from "../../src/model/model.ts";
import { denseMaximumLikelihood } from "../oracle/dense.ts";
import { randomModel, randomMoments, type RandomModelOptions } from "../support/randomProblem.ts";
import { runInBrowser } from "./page/bridge.ts";

const PAGE = "/test/gpu/page/engine.ts";

function randomProblem(options: RandomModelOptions, seed: number): { problem: Problem; theta: Float64Array } {
  const { model, theta } = randomModel(options, seed);
  const names = observedNames(model.structures[0]!);
  const moments = [randomMoments(names, 100, seed + 1)];
  return {
    problem: { model, moments, discrepancy: "maximumLikelihood" },
    theta: theta.map(Math.fround),
  };
}

const CASES: readonly (readonly [string, RandomModelOptions])[] = [
  ["one variable", { p: 1, q: 1, edgeProbability: 0 }],
  ["small and sparse", { p: 5, q: 3, edgeProbability: 0.3 }],
  ["equal labels", { p: 9, q: 4, edgeProbability: 0.4, equal: 0.5 }],
  ["endogenous latents", { p: 17, q: 5, edgeProbability: 0.3, unobserved: 0.4 }],
  ["free covariances", { p: 13, q: 6, edgeProbability: 0.2, freeCovariances: true }],
  ["all at once", { p: 33, q: 20, edgeProbability: 0.2, unobserved: 0.3, freeCovariances: true, equal: 0.3 }],
  ["past one workgroup", { p: 65, q: 70, edgeProbability: 0.05, freeCovariances: true }],
  ["dense", { p: 70, q: 30, edgeProbability: 0.5 }],
];

test.each(CASES)("F and its gradient agree with the dense oracle: %s", async (_, options) => {
  const { problem, theta } = randomProblem(options, 11);
  const { model, moments } = problem;
  const expected = denseMaximumLikelihood(model.structures[0]!, moments[0]!, theta, theta.length);
  const [actual] = await runInBrowser<Evaluation[]>(PAGE, "evaluate", problem, [theta]);
  expect(actual!.status).toBe("ok");
  // The bar for float32. Relative to 1 + |F| because F is a difference of sums of that size.
  expect(Math.abs(actual!.value - expected.value) / (1 + Math.abs(expected.value))).toBeLessThan(1e-5);
  const largest = expected.gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  expected.gradient.forEach((slope, j) => {
    expect(Math.abs(actual!.gradient[j]! - slope) / largest, `parameter ${j}`).toBeLessThan(1e-5);
  });
});

test("every buffer is freed", async () => {
  expect(await runInBrowser(PAGE, "liveBytes")).toBe(0);
});
