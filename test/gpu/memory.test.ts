import { expect, test } from "vitest";
import type { Problem } from "../../src/engine/engine.ts";
import type { EvaluatorOptions } from "../../src/engine/gpu/design.ts";
import type { Model } from "../../src/model/model.ts";
import { memoryBound } from "../../src/plan/memory.ts";
import { chainModel, randomModel, randomMoments } from "../support/randomProblem.ts";
import { runInBrowser } from "./page/bridge.ts";
import type { Churn, MemoryUse, Refusal } from "./page/memory.ts";

const PAGE = "/test/gpu/page/memory.ts";

function problemOf({ model, theta }: { model: Model; theta: Float64Array }): {
  problem: Problem;
  theta: Float64Array;
} {
  const p = model.structures[0]!.variables.length;
  const moments = [randomMoments(p, 10 * p, 4)];
  return { problem: { model, moments, discrepancy: "maximumLikelihood" }, theta };
}

const SHAPES = {
  "a chain of 200 layers": problemOf(chainModel(200)),
  "a sparse graph": problemOf(randomModel({ p: 150, q: 80, edgeProbability: 0.02 }, 3)),
  "a dense graph": problemOf(randomModel({ p: 120, q: 60, edgeProbability: 0.6 }, 3)),
};

const METHODS: readonly EvaluatorOptions[] = [
  { method: "covariance" },
  { method: "covariance", dense: true },
  { method: "accumulation" },
  { method: "district" },
];

const cases = Object.keys(SHAPES).flatMap((shape) =>
  METHODS.map((options) => [shape as keyof typeof SHAPES, options] as const),
);

test.each(cases)(
  "%s, %o: the reported peak is the counted one and within the bound",
  async (shape, options) => {
    const { problem, theta } = SHAPES[shape];
    const { loadings, paths, covariances, variables, sources } = problem.model.structures[0]!;
    const entries = loadings.length + paths.length + covariances.length;
    const used = await runInBrowser<MemoryUse>(PAGE, "use", problem, theta, options, 5);
    expect(used.method).toBe(options.method);
    expect(used.reported).toBe(used.counted);
    expect(used.left).toBe(0);
    expect(used.counted).toBeLessThanOrEqual(memoryBound(variables.length, sources.length, entries));
  },
);

test("a thousand fits leave nothing behind", async () => {
  const { problem, theta } = problemOf(randomModel({ p: 3, q: 1, edgeProbability: 0.3 }, 2));
  const churn = await runInBrowser<Churn>(PAGE, "churn", problem, theta, 1000);
  expect(churn.created).toBeGreaterThan(1000);
  expect(churn.converged).toBe(1000);
  expect(churn.left).toBe(0);
});

test.each(["maxBufferSize", "maxStorageBufferBindingSize"] as const)(
  "a model past %s is refused with both numbers before anything is allocated",
  async (limit) => {
    const { problem } = SHAPES["a sparse graph"];
    for (const options of METHODS) {
      const refused = await runInBrowser<Refusal>(PAGE, "refusal", problem, limit, 10_000, options);
      expect(refused.created).toBe(0);
      expect(refused.available).toBe(10_000);
      expect(refused.needed).toBeGreaterThan(10_000);
      expect(refused.message).toContain(String(refused.needed));
      expect(refused.message).toContain("10000");
      expect(refused.advice).toContain("cpu");
    }
  },
);

test("the device is asked for all that the adapter can bind, past WebGPU's default of 128 MiB", async () => {
  const largest = await runInBrowser<{ adapter: number; device: number; failure: string | null }>(
    PAGE,
    "largestBinding",
  );
  expect(largest.device).toBe(largest.adapter);
  // Every adapter that tests run on has more than the default: a limit that was not asked for would show.
  expect(largest.adapter).toBeGreaterThan(2 ** 27);
  expect(largest.failure).toBeNull();
});
