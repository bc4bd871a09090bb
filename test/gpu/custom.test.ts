import { expect, test } from "vitest";
import { Objective } from "../../src/engine/cpu/objective.ts";
import type { Evaluation, Problem } from "../../src/engine/engine.ts";
import { randomModel, randomMoments } from "../support/randomProblem.ts";
import { runInBrowser } from "./page/bridge.ts";

const PAGE = "/test/gpu/page/engine.ts";

// Jeffreys' divergence: the sum of both Kullback–Leibler directions, 2·reverse + maximum likelihood.
const JEFFREYS = `
fn discrepancy_term(e: Element, w: Whole) -> f32 {
  return e.difference * (e.sample_inverse - e.sigma_inverse);
}

fn discrepancy_value(sum: f32, w: Whole) -> f32 {
  return sum;
}

fn discrepancy_gradient(e: Element, w: Whole, value: f32) -> f32 {
  return e.sample_inverse - e.sigma_inverse + e.sandwich;
}
`;

const { model, theta } = randomModel({ p: 9, q: 4, edgeProbability: 0.3, freeCovariances: true }, 3);
const moments = [randomMoments(9, 100, 4)];

function custom(wgsl: string): Problem {
  // The page gets data only, so `evaluate` stays behind; the GPU does not call it.
  return { model, moments, discrepancy: { name: "jeffreys", wgsl } as Problem["discrepancy"] };
}

test.each([1, Infinity])(
  "a discrepancy in the user's WGSL is computed, large from %d on",
  async (largeFrom) => {
    const [actual] = await runInBrowser<Evaluation[]>(PAGE, "evaluate", custom(JEFFREYS), [theta], {
      largeFrom,
    });
    const forward = new Objective({ model, moments, discrepancy: "maximumLikelihood" }).evaluate(theta);
    const reverse = new Objective({ model, moments, discrepancy: "reverseKullbackLeibler" }).evaluate(theta);
    const value = forward.value + 2 * reverse.value;
    // float32: 1e-5 relative, the bar of every discrepancy.
    expect(Math.abs(actual!.value / value - 1)).toBeLessThan(1e-5);
    const gradient = forward.gradient.map((slope, j) => slope + 2 * reverse.gradient[j]!);
    const largest = gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    gradient.forEach((slope, j) => {
      expect(Math.abs(actual!.gradient[j]! - slope) / largest).toBeLessThan(1e-5);
    });
  },
);

test("an error in the user's WGSL is reported with the user's own line and column", async () => {
  const broken = JEFFREYS.replace("return sum;", "return summ;");
  const thrown = await runInBrowser(PAGE, "evaluate", custom(broken), [theta]).catch(
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ name: "ShaderError" });
  // Line 7 of the text above: the empty first line counts.
  expect((thrown as Error).message).toMatch(/^jeffreys:7:10: .*summ/);
});

test("a missing function is named", async () => {
  const missing = JEFFREYS.replace("fn discrepancy_value", "fn other_value");
  const thrown = await runInBrowser(PAGE, "evaluate", custom(missing), [theta]).catch(
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ name: "ShaderError" });
  expect((thrown as Error).message).toContain("discrepancy_value");
});

test("nothing is left behind after errors", async () => {
  expect(await runInBrowser(PAGE, "liveBytes")).toBe(0);
});
