import { expect, test } from "vitest";
import { Objective } from "../../src/engine/cpu/objective.ts";
import type { DiscrepancyName, Evaluation, Method, Problem } from "../../src/engine/engine.ts";
import type { EvaluatorOptions } from "../../src/engine/gpu/design.ts";
import { observedNames } from "../../src/model/model.ts";
import { randomModel, randomMoments, type RandomModelOptions } from "../support/randomProblem.ts";
import { runInBrowser } from "./page/bridge.ts";

const PAGE = "/test/gpu/page/engine.ts";

const DISCREPANCIES: readonly DiscrepancyName[] = [
  "maximumLikelihood",
  "reverseKullbackLeibler",
  "bhattacharyya",
  "squaredHellinger",
  "generalizedLeastSquares",
  "unweightedLeastSquares",
];

function randomProblem(
  options: RandomModelOptions,
  discrepancy: DiscrepancyName,
  seed: number,
): { problem: Problem; theta: Float64Array } {
  const { model, theta } = randomModel(options, seed);
  const names = observedNames(model.structures[0]!);
  const problem = { model, moments: [randomMoments(names, 100, seed + 1)], discrepancy };
  return { problem, theta: theta.map(Math.fround) };
}

async function expectAgreement(
  { problem, theta }: { problem: Problem; theta: Float64Array },
  options: EvaluatorOptions,
): Promise<void> {
  const expected = new Objective(problem).evaluate(theta);
  const [actual] = await runInBrowser<Evaluation[]>(PAGE, "evaluate", problem, [theta], options);
  expect(actual!.status).toBe("ok");
  // The bar for float32: 1e-5 relative. F is a difference of sums of order one, hence 1 + |F|.
  expect(Math.abs(actual!.value - expected.value) / (1 + Math.abs(expected.value))).toBeLessThan(1e-5);
  const largest = expected.gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const worst = expected.gradient.reduce(
    (most, slope, j) => Math.max(most, Math.abs(actual!.gradient[j]! - slope) / largest),
    0,
  );
  expect(worst).toBeLessThan(1e-5);
}

const METHODS: readonly Method[] = ["covariance", "accumulation"];

const combinations = METHODS.flatMap((method) =>
  DISCREPANCIES.flatMap((discrepancy) => [false, true].map((large) => [method, discrepancy, large] as const)),
);

test.each(combinations)(
  "%s method, %s, large form %s: agrees with float64",
  async (method, discrepancy, large) => {
    const kinds = { unobserved: 0.2, freeCovariances: true, equal: 0.2 };
    for (const [p, q] of [
      [6, 3],
      [37, 20],
    ] as const) {
      const random = randomProblem({ p, q, edgeProbability: 0.2, ...kinds }, discrepancy, p);
      await expectAgreement(random, { method, largeFrom: large ? 1 : Infinity });
    }
  },
);

test("the district form agrees with float64, whatever the sizes of the districts", async () => {
  const kinds = { freeCovariances: true, equal: 0.2 };
  const shapes: readonly RandomModelOptions[] = [
    { p: 1, q: 1, edgeProbability: 0 },
    { p: 7, q: 2, edgeProbability: 0.1, ...kinds },
    { p: 40, q: 4, edgeProbability: 0.02, ...kinds },
    { p: 40, q: 12, edgeProbability: 0.2, ...kinds },
    // Independent errors: every district one variable.
    { p: 65, q: 0, edgeProbability: 0.2 },
  ];
  for (const [seed, shape] of shapes.entries()) {
    await expectAgreement(randomProblem(shape, "maximumLikelihood", seed), { method: "district" });
  }
});

test.each(DISCREPANCIES)("dense paths as matrices agree with float64: %s", async (discrepancy) => {
  const options = { method: "covariance", largeFrom: 1, dense: true } as const;
  const shapes: readonly RandomModelOptions[] = [
    { p: 6, q: 2, edgeProbability: 0.5, freeCovariances: true },
    { p: 75, q: 30, edgeProbability: 0.4, equal: 0.2 },
  ];
  for (const [seed, shape] of shapes.entries()) {
    await expectAgreement(randomProblem(shape, discrepancy, seed), options);
  }
});

const SHAPES: readonly (readonly [string, RandomModelOptions])[] = [
  ["many sources, unit covariances", { p: 30, q: 100, edgeProbability: 0.3 }],
  ["dense", { p: 70, q: 40, edgeProbability: 0.6 }],
  ["past every workgroup", { p: 131, q: 67, edgeProbability: 0.03, freeCovariances: true }],
];

test.each(SHAPES)("all methods agree with float64: %s", async (_, shape) => {
  for (const method of [...METHODS, "district"] as const) {
    await expectAgreement(randomProblem(shape, "maximumLikelihood", 5), { method });
  }
});

test("every buffer is freed", async () => {
  expect(await runInBrowser(PAGE, "liveBytes")).toBe(0);
});
