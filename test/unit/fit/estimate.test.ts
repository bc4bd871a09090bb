import { describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import { Objective } from "../../../src/engine/cpu/objective.ts";
import { bindSample } from "../../../src/fit/bindSample.ts";
import { CONVERGED, estimate } from "../../../src/fit/estimate.ts";
import { retryStarts } from "../../../src/fit/retries.ts";
import { scaleProblem } from "../../../src/fit/scale.ts";
import { startingValues } from "../../../src/fit/starts.ts";
import type { DiscrepancyName, Problem } from "../../../src/engine/engine.ts";
import { illConditionedProblem } from "../../../harness/bench/illConditioned.ts";
import type { Moments } from "../../../src/data/moments.ts";
import { readReference, referenceModel, referenceMoments } from "../../support/reference.ts";

const IDENTIFIED = [
  "01a_hs_cfa_marker",
  "01b_hs_cfa_stdlv",
  "02_poldem_sem",
  "03_poldem_equal_loadings",
  "04a_mediation_fixedx",
  "05a_growth_linear",
  "05b_growth_tvc_fixedx",
  "06a_wheaton_corr_err",
  "07a_hs_mg_configural",
  "07c_hs_mg_scalar",
  "08a_hs_second_order",
  "08c_hs_one_factor",
  "10c_hs_complete_meanstructure",
  "11a_heywood",
  "11e_barely_identified",
  "12_pmdag_p10",
  "12_pmdag_p40",
];

function problemOf(name: string, discrepancy: DiscrepancyName = "maximumLikelihood"): Problem {
  const reference = readReference(name);
  return { model: referenceModel(reference), moments: referenceMoments(reference), discrepancy };
}

describe("estimate", () => {
  it.each(IDENTIFIED)(
    "%s: reaches the certified optimum from its own start in under 100 iterations",
    async (name) => {
      const reference = readReference(name);
      const problem = problemOf(name);
      const found = await estimate(problem);
      expect(found.status).toBe("converged");
      expect(found.failedStarts).toBe(0);
      expect(found.iterations.engine + found.iterations.polish).toBeLessThan(100);
      expect(found.gradientNorm).toBeLessThan(CONVERGED);
      // The certified fits stopped at Newton steps below 5e-11; F is quadratic there.
      expect(Math.abs(found.value - reference.F_ML)).toBeLessThan(1e-12);
      const estimates = new Map(
        reference.parameters
          .filter(({ free }) => free > 0)
          .map(({ lhs, op, rhs, est }) => [`${lhs}${op}${rhs}`, est]),
      );
      problem.model.rows.forEach((row) => {
        const certified = estimates.get(`${row.lhs}${row.op}${row.rhs}`);
        if (row.parameter < 0 || certified === undefined || problem.model.structures.length > 1) return;
        expect(Math.abs(found.theta[row.parameter]! - certified)).toBeLessThan(
          1e-9 * Math.max(1, Math.abs(certified)),
        );
      });
    },
  );

  it.each(["generalizedLeastSquares", "unweightedLeastSquares"] as const)(
    "reaches the optimum of %s in under 100 iterations",
    async (discrepancy) => {
      const found = await estimate(problemOf("01a_hs_cfa_marker", discrepancy), { retries: 0 });
      expect(found.status).toBe("converged");
      expect(found.iterations.engine + found.iterations.polish).toBeLessThan(100);
    },
  );

  it("does not depend on the units of the variables", async () => {
    const problem = problemOf("02_poldem_sem");
    const [group] = problem.moments;
    const units = group!.names.map((_, i) => 10 ** ((i % 7) - 3));
    const k = units.length;
    const covariance = group!.covariance.map((value, i) => value * units[Math.floor(i / k)]! * units[i % k]!);
    const rescaled = await estimate({ ...problem, moments: [{ ...group!, covariance }] });
    const stated = await estimate(problem);
    expect(rescaled.status).toBe("converged");
    // F itself is the same number up to the rounding of ln|Σ| with variances from 1e-6 to 1e6.
    expect(Math.abs(rescaled.value - stated.value)).toBeLessThan(1e-11);
  });

  it("leaves F unchanged when it scales a problem", () => {
    for (const name of [
      "03_poldem_equal_loadings",
      "05b_growth_tvc_fixedx",
      "07c_hs_mg_scalar",
      "12_pmdag_p10",
    ]) {
      const stated = problemOf(name);
      const bound = { ...stated, model: bindSample(stated.model, stated.moments) };
      const { problem, units } = scaleProblem(bound);
      const theta = startingValues(problem);
      const scaled = new Objective(problem).evaluate(theta);
      const original = new Objective(bound).evaluate(theta.map((value, j) => value / units[j]!));
      expect(scaled.status).toBe("ok");
      // The same F through sums of other magnitudes.
      expect(Math.abs(scaled.value - original.value)).toBeLessThan(1e-10 * Math.max(1, scaled.value));
    }
  });

  it.each([
    "reverseKullbackLeibler",
    "bhattacharyya",
    "squaredHellinger",
    "generalizedLeastSquares",
  ] as const)(
    "%s: converges to a stationary point with a smaller F than the likelihood's optimum",
    async (discrepancy) => {
      const problem = problemOf("01a_hs_cfa_marker", discrepancy);
      const likelihood = await estimate(problemOf("01a_hs_cfa_marker"));
      const found = await estimate(problem);
      expect(found.status).toBe("converged");
      expect(found.value).toBeLessThan(new Objective(problem).evaluate(likelihood.theta).value);
    },
  );

  it.each([1e4, 1e7])("converges where S has a condition number of about %d", async (condition) => {
    const { problem } = illConditionedProblem("near-collinear", condition);
    const found = await estimate(problem);
    expect(found.status).toBe("converged");
    // x3 ~ x1 + x2 is fully observed with an error of its own, so its maximum likelihood estimate is least squares.
    const [{ covariance: s, n, names }] = problem.moments as [Moments];
    const at = (row: string, column: string): number => s[names.indexOf(row) * 4 + names.indexOf(column)]!;
    const [r, a, b] = [at("x1", "x2"), at("x3", "x1"), at("x3", "x2")];
    const slope = (a - r * b) / (1 - r * r);
    const residual = 1 - (a * a - 2 * r * a * b + b * b) / (1 - r * r);
    const standardError = Math.sqrt(residual / (n * (1 - r * r)));
    const j = problem.model.parameters.findIndex(({ name }) => name === "x3~x1");
    // Convergence promises √(n/2)·1e-7 = 1.6e-6 standard errors.
    expect(Math.abs(found.theta[j]! - slope) / standardError).toBeLessThan(2e-6);
  });

  it("keeps to bounds and reports a gradient that points out of them as converged", async () => {
    const problem = problemOf("11a_heywood");
    const bounded = problem.model.parameters.map((parameter) =>
      parameter.name.includes("~~") ? { ...parameter, lower: 0 } : parameter,
    );
    const found = await estimate({ ...problem, model: { ...problem.model, parameters: bounded } });
    expect(found.status).toBe("converged");
    bounded.forEach(({ lower }, j) => expect(found.theta[j]!).toBeGreaterThanOrEqual(lower));
    // lavaan 0.6-14 with bounds = "pos.var" (fixture 11b_heywood_bounded).
    expect(Math.abs(found.value - readReference("11b_heywood_bounded").F_ML)).toBeLessThan(1e-6);
  });

  it("refuses moments in another order than the model's", async () => {
    const problem = problemOf("01a_hs_cfa_marker");
    const [group] = problem.moments as [Moments];
    const turned = { ...group, names: group.names.toReversed() };
    const attempt = estimate({ ...problem, moments: [turned] });
    await expect(attempt).rejects.toThrow(/x9, x8, .* needs x1, x2/);
    await expect(attempt).rejects.toBeInstanceOf(DataError);
  });

  it("stops at once when aborted", async () => {
    const found = await estimate(problemOf("12_pmdag_p40"), { signal: AbortSignal.abort() });
    expect(found.status).toBe("aborted");
    expect(found.converged).toBe(false);
  });

  it("draws the same retries from the same seed, and others from another", () => {
    const problem = problemOf("01a_hs_cfa_marker");
    const first = startingValues(problem);
    const draws = (seed: number): number[][] =>
      Array.from(retryStarts(problem, first, 3, seed), (start) => Array.from(start));
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
  });
});
