import { afterAll, describe, expect, it, test } from "vitest";
import type { Moments } from "../../src/data/moments.ts";
import { observedMoments } from "../../src/causal/weighted.ts";
import type { DiscrepancyName, Method, Problem } from "../../src/engine/engine.ts";
import { parseModel } from "../../src/model/parseModel.ts";
import type { FitResult } from "../../src/statistics/result.ts";
import { generator } from "../support/randomProblem.ts";
import { readReference, referenceMoments } from "../support/reference.ts";
import type { DeviceUse, StartOutcome } from "./page/fit.ts";
import { runInBrowser } from "./page/bridge.ts";

const PAGE = "/test/gpu/page/fit.ts";

afterAll(async () => {
  expect(await runInBrowser<number>(PAGE, "liveBytes")).toBe(0);
});

describe("fit on WebGPU", () => {
  it.each([
    "01a_hs_cfa_marker",
    "01b_hs_cfa_stdlv",
    "02_poldem_sem",
    "06a_wheaton_corr_err",
    "12_pmdag_p10",
    "12_pmdag_p40",
  ])("%s: certified estimates and standard errors", async (name) => {
    const reference = readReference(name);
    const options = { as: reference.lavaan_function, stdLv: reference.options["std.lv"] as boolean };
    const result = await runInBrowser<FitResult>(
      PAGE,
      "fitOnGpu",
      reference.model,
      options,
      referenceMoments(reference),
    );
    expect(result.converged).toBe(true);
    expect(result.backend.kind).toBe("webgpu");
    expect(result.backend.gpuBytes).toBeGreaterThan(0);
    expect(result.iterations.engine).toBeLessThan(100);
    // The project's promise to users: 1e-6 on estimates, 1e-5 relative on standard errors, 1e-8 on ln L.
    for (const [index, certified] of reference.parameters.entries()) {
      const row = result.parameters[index]!;
      expect([row.lhs, row.op, row.rhs]).toEqual([certified.lhs, certified.op, certified.rhs]);
      expect(Math.abs(row.estimate - certified.est)).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(certified.est)),
      );
      if (certified.se_expected > 0) {
        expect(Math.abs(row.standardError / certified.se_expected - 1)).toBeLessThan(1e-5);
      }
    }
    expect(Math.abs(result.logLikelihood / reference.fit["logl"]! - 1)).toBeLessThan(1e-8);
    expect(result.fitMeasures["df"]).toBe(reference.fit["df"]);
  });
});

test("fits at once on one device get in nobody's way, and the device is used and nothing more", async () => {
  const reference = readReference("02_poldem_sem");
  const options = { as: reference.lavaan_function };
  const moments = referenceMoments(reference);
  const use = await runInBrowser<DeviceUse>(PAGE, "shareDevice", reference.model, options, moments);
  expect(use.meddling).toEqual([]);
  expect(use.errors).toEqual([]);
  expect(use.together).toHaveLength(4);
  // Each ends in float64 at its floor, whoever else was on the device.
  for (const [at, value] of use.together.entries()) expect(value).toBeCloseTo(use.apart[at]!, 12);
});

/** The four-variable health graph of the introduction of Saremi (arXiv 2309.14073), which reaches its covariance exactly. */
const HEALTH = parseModel(
  JSON.stringify({
    latents: ["U1", "U2", "eX", "eBP", "eBMI", "eY"],
    names: ["X", "BP", "BMI", "Y"],
    struct: [
      [1, 1, 1, 0],
      [0, 1, 0, 1],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [0, 1, 1, 1],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
    ],
  }),
);
const HEALTH_MOMENTS: Moments = {
  names: ["X", "BP", "BMI", "Y"],
  n: 1000,
  covariance: Float64Array.of(2, 3, 6, 8, 3, 7, 12, 16, 6, 12, 23, 30, 8, 16, 30, 41),
  mean: undefined,
};

/** The reference's introductory runs on that graph: as it comes, by accumulation, and with another discrepancy. */
const INTRODUCTION: readonly (readonly [string, DiscrepancyName, Method | undefined])[] = [
  ["as it comes", "maximumLikelihood", undefined],
  ["as the reference's default", "reverseKullbackLeibler", "covariance"],
  ["by the accumulation method", "reverseKullbackLeibler", "accumulation"],
  ["by Bhattacharyya's distance", "bhattacharyya", undefined],
];

describe("the health graph", () => {
  it.each(INTRODUCTION)(
    "ends at its covariance from 20 random starts, %s",
    async (_, discrepancy, method) => {
      const starts = Array.from({ length: 20 }, (_unused, seed) => {
        const random = generator(seed + 1);
        return Float64Array.from(HEALTH.parameters, () => 4 * random() - 2);
      });
      const problem: Problem = { model: HEALTH, moments: [HEALTH_MOMENTS], discrepancy };
      const outcomes = await runInBrowser<StartOutcome[]>(PAGE, "estimateFrom", problem, starts, method);
      expect(outcomes).toHaveLength(20);
      for (const outcome of outcomes) {
        expect(outcome.converged).toBe(true);
        if (method) expect(outcome.method).toBe(method);
        // float32 sees a loss no smaller than about 1e-5 beside sums of order one; float64 ends at rounding.
        expect(outcome.engineValue).toBeLessThan(1e-5);
        expect(outcome.value).toBeLessThan(1e-12);
        const { covariance } = observedMoments({ structure: HEALTH.structures[0]!, theta: outcome.theta });
        // F is quadratic in Σ − S with curvature of order 1 in unit variances: a gradient of 1e-9 leaves 1e-8 of 41.
        HEALTH_MOMENTS.covariance.forEach((given, at) => {
          expect(Math.abs(covariance[at]! - given)).toBeLessThan(1e-6);
        });
      }
    },
  );
});
