import { expect, test } from "vitest";
import { alignData } from "../../src/data/alignData.ts";
import { Objective } from "../../src/engine/cpu/objective.ts";
import type { IterateOptions, IterationReport, Problem } from "../../src/engine/engine.ts";
import { bindSample } from "../../src/fit/bindSample.ts";
import { scaleProblem } from "../../src/fit/scale.ts";
import { startingValues } from "../../src/fit/starts.ts";
import { observedNames } from "../../src/model/model.ts";
import { denseMaximumLikelihood } from "../oracle/dense.ts";
import { generator, randomModel, randomMoments, type RandomModelOptions } from "../support/randomProblem.ts";
import { caseData, caseModel, readCase } from "../support/referenceCase.ts";
import { parseModel } from "../../src/model/parseModel.ts";
import { runInBrowser } from "./page/bridge.ts";

const PAGE = "/test/gpu/page/engine.ts";

type Run = IterationReport & { polls: number; milliseconds: number };

/** A problem whose S is exactly Σ(θ*), so that the minimum of F is 0, and a start some way off. */
function reachableProblem(
  options: RandomModelOptions,
  seed: number,
): { problem: Problem; start: Float64Array } {
  const { model, theta } = randomModel(options, seed);
  const structure = model.structures[0]!;
  const stand = randomMoments(observedNames(structure), 100, seed);
  const { sigma } = denseMaximumLikelihood(structure, stand, theta, theta.length);
  const moments = [{ ...stand, covariance: sigma.data }];
  const random = generator(seed + 7);
  const start = theta.map((value) => value + 0.3 * (random() - 0.5));
  return { problem: { model, moments, discrepancy: "maximumLikelihood" }, start };
}

function options(start: Float64Array, more: Partial<IterateOptions> = {}): IterateOptions {
  return { start, optimiser: "lbfgs", maxIterations: 500, tolerance: 1e-4, ...more };
}

const MODELS: readonly (readonly [string, RandomModelOptions])[] = [
  ["small", { p: 4, q: 2, edgeProbability: 0.4 }],
  ["sparse", { p: 16, q: 8, edgeProbability: 0.15, equal: 0.2 }],
  ["with endogenous latents", { p: 20, q: 4, edgeProbability: 0.2, unobserved: 0.3, freeCovariances: true }],
  ["of sixty variables", { p: 60, q: 10, edgeProbability: 0.05 }],
];

test.each(MODELS)("L-BFGS on the GPU reaches the minimum of a model, %s", async (_, model) => {
  const { problem, start } = reachableProblem(model, 3);
  const run = await runInBrowser<Run>(PAGE, "iterate", problem, options(start));
  expect(run.status).toBe("converged");
  // Models with more parameters than moments have flat valleys: float64 L-BFGS needs up to 194 here.
  expect(run.iterations).toBeLessThan(250);
  const exact = new Objective(problem).evaluate(run.theta);
  // At a gradient of 1e-4 in a well-scaled problem F stands about 1e-8 above its minimum; 1e-5 is the bar.
  expect(exact.value).toBeLessThan(1e-5);
});

test.each(["adam", "adamax", "sgd"] as const)("%s comes down to the minimum", async (optimiser) => {
  const { problem, start } = reachableProblem({ p: 6, q: 3, edgeProbability: 0.3 }, 5);
  const run = await runInBrowser<Run>(
    PAGE,
    "iterate",
    problem,
    options(start, { optimiser, learningRate: optimiser === "sgd" ? 0.05 : 0.01, maxIterations: 5000 }),
  );
  expect(["converged", "iterationLimit"]).toContain(run.status);
  expect(new Objective(problem).evaluate(run.theta).value).toBeLessThan(1e-3);
});

/** The identified models of the reference that have no means, several groups or bounds. */
const REFERENCE = [
  "01a_hs_cfa_marker",
  "01b_hs_cfa_stdlv",
  "02_poldem_sem",
  "03_poldem_equal_loadings",
  "04a_mediation_fixedx",
  "06a_wheaton_corr_err",
  "08a_hs_second_order",
  "08c_hs_one_factor",
  "11a_heywood",
  "11e_barely_identified",
  "12_pmdag_p10",
  "12_pmdag_p40",
];

test.each(REFERENCE)("%s: L-BFGS on the GPU needs under a hundred iterations", async (id) => {
  const reference = readCase(id);
  const stated = caseModel(reference);
  const data = alignData(caseData(reference, stated), stated.structures.map(observedNames));
  const moments = data.groups.map((group) => group.moments);
  const model = bindSample(stated, moments);
  const { problem } = scaleProblem({ model, moments, discrepancy: "maximumLikelihood" });
  const run = await runInBrowser<Run>(PAGE, "iterate", problem, options(startingValues(problem)));
  expect(run.status).toBe("converged");
  expect(run.iterations).toBeLessThan(100);
});

test("float32 gives up soon where S is too close to singular for it", async () => {
  const names = ["x1", "x2", "x3", "x4"];
  // A condition number of about 4e9: rounding of 6e-8 grows to a hundred times F.
  const covariance = Float64Array.from({ length: 16 }, (_, at) => {
    const [i, j] = [Math.floor(at / 4), at % 4];
    return i === j ? 1 : 1 - 1e-9 * (1 + ((i + j) % 3) / 20);
  });
  const model = parseModel("f =~ x1 + x2 + x3 + x4", { as: "cfa", stdLv: true });
  const moments = [{ names, n: 500, covariance, mean: undefined }];
  const problem: Problem = { model, moments, discrepancy: "maximumLikelihood" };
  const more = { maxIterations: 1000 };
  const run = await runInBrowser<Run>(PAGE, "iterate", problem, options(startingValues(problem), more));
  expect(run.status).not.toBe("converged");
  expect(run.status).not.toBe("iterationLimit");
  expect(run.iterations).toBeLessThan(300);
});
