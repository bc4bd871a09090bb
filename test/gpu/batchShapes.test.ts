import { expect, test } from "vitest";
import { WgslReflect } from "wgsl_reflect/wgsl_reflect.module.js";
import { type BatchSetup, ProblemStatus } from "../../src/engine/batch/batchEngine.ts";
import { createCpuBatch } from "../../src/engine/batch/cpuBatch.ts";
import { quasiNewtonWorkgroup } from "../../src/engine/batch/gpu/kernels.ts";
import { MOST_EVALUATIONS } from "../../src/engine/batch/gpu/shape.ts";
import { workgroupBytes, workgroupShape } from "../../src/engine/batch/gpu/workgroupShape.ts";
import { GROUP_FIELDS, packWorkgroupTables } from "../../src/engine/batch/gpu/workgroupTables.ts";
import { traceProgram } from "../../src/engine/batch/program/program.ts";
import { layoutSample, packSample } from "../../src/engine/batch/program/sampleLayout.ts";
import { Objective } from "../../src/engine/cpu/objective.ts";
import type { Problem } from "../../src/engine/engine.ts";
import { LimitError } from "../../src/errors.ts";
import { observedNames } from "../../src/model/model.ts";
import { batchCase } from "../support/batchCase.ts";
import { randomModel, type RandomModelOptions, randomMoments } from "../support/randomProblem.ts";
import { runInBrowser } from "./page/bridge.ts";
import type { BatchRun } from "./page/batch.ts";

// The kernel of one workgroup a problem, which larger models take. Software WebGPU needs some ten milliseconds for each
// problem, so there are fewer than for the other kernel.

const PAGE = "/test/gpu/page/batch.ts";

interface Request {
  readonly first: number;
  readonly count: number;
  readonly starts: Float64Array;
  readonly samples?: Float64Array;
}

async function solveOnGpu(setup: BatchSetup, request: Request): Promise<BatchRun> {
  return runInBrowser<BatchRun>(PAGE, "solveOnGpu", setup, request, "workgroup");
}

/** A request that shows F and ∂F/∂θ at θ: with H₀ = I and few cases any point has converged and takes its last step. */
async function evaluateOnGpu(problem: Problem, theta: Float64Array) {
  const { model } = problem;
  const moments = problem.moments.map((group) => ({ ...group, n: group.n * 1e-12 }));
  const t = theta.length;
  const inverseHessian = Float64Array.from({ length: t * t }, (_, i) => (i % (t + 1) === 0 ? 1 : 0));
  const limits = { toleranceInStandardErrors: 1, mostEvaluations: 1 };
  const setup: BatchSetup = { model, moments, seed: 1, inverseHessian, ...limits };
  const samples = packSample(layoutSample(model), moments);
  const { part } = await solveOnGpu(setup, { first: 0, count: 1, starts: theta, samples });
  const gradient = theta.map((value, j) => value - part.theta[j]!);
  const gain = gradient.reduce((sum, slope) => sum - (slope * slope) / 2, 0);
  return { status: part.status[0], value: part.value[0]! - gain, gradient };
}

test.each<[string, RandomModelOptions]>([
  ["a dense graph", { p: 9, q: 3, edgeProbability: 0.6 }],
  ["free covariances", { p: 12, q: 4, edgeProbability: 0.3, freeCovariances: true }],
  ["unobserved variables", { p: 14, q: 5, edgeProbability: 0.3, unobserved: 0.4, equal: 0.2 }],
  ["means", { p: 8, q: 2, edgeProbability: 0.4, means: true, unobserved: 0.2, freeCovariances: true }],
  ["two groups", { p: 7, q: 2, edgeProbability: 0.4, groups: 2, means: true, equal: 0.4 }],
  ["more variables than invocations", { p: 36, q: 6, edgeProbability: 0.1 }],
])("F and its gradient are those of float64: %s", async (_, options) => {
  const { model, theta } = randomModel(options, 11);
  const rounded = theta.map(Math.fround);
  const moments = model.structures.map((structure, g) =>
    randomMoments(observedNames(structure), 100 + 60 * g, 12 + g),
  );
  const problem: Problem = { model, moments, discrepancy: "maximumLikelihood" };
  const expected = new Objective(problem).evaluate(rounded);
  const actual = await evaluateOnGpu(problem, rounded);
  expect(actual.status).toBe(ProblemStatus.converged);
  // The bar of every float32 evaluation: 1e-5 relative, F being a difference of sums of order k. The gradient is read
  // from a step, which rounds it to the spacing of θ.
  expect(Math.abs(actual.value - expected.value) / (1 + Math.abs(expected.value))).toBeLessThan(1e-5);
  const largest = Math.max(...expected.gradient.map(Math.abs));
  expected.gradient.forEach((slope, j) => {
    expect(Math.abs(actual.gradient[j]! - slope) / largest).toBeLessThan(1e-5);
  });
});

test.each([
  ["13_01_hs_cfa_ML_bootstrap1000", 60],
  ["13_02_poldem_ML_bootstrap1000", 40],
  ["04a_mediation_fixedx", 40],
  ["05a_growth_linear", 40],
  ["07c_hs_mg_scalar", 12],
  ["12_pmdag_p40", 2],
])("replicates of %s are within a thousandth of a standard error of float64", async (id, count) => {
  const { setup, problem, optimum, standardErrors } = await batchCase(id, 4711);
  const request = { first: 5, count, starts: optimum };
  const { part, backend } = await solveOnGpu(setup, request);
  expect(backend.description).toContain("one workgroup a problem");
  const total = problem.moments.reduce((sum, { n }) => sum + n, 0);
  const shares = problem.moments.map(({ n }) => n / total);
  using engine = (await createCpuBatch(setup, traceProgram(problem.model, shares, 1e6)!, "", 1))!;
  const exact = await engine.solve(request);
  const t = optimum.length;
  for (let i = 0; i < count; i++) {
    expect(part.status[i]).toBe(ProblemStatus.converged);
    // F is a sum of up to a thousand float32 terms of order one.
    expect(Math.abs(part.value[i]! - exact.value[i]!)).toBeLessThan(5e-5);
    for (let j = 0; j < t; j++) {
      const distance = Math.abs(part.theta[i * t + j]! - exact.theta[i * t + j]!);
      expect(distance / standardErrors[j]!).toBeLessThan(1e-3);
    }
  }
});

test("bad problems, and the cut of a batch, leave every other problem bit-identical", async () => {
  const { setup, problem, optimum } = await batchCase("13_01_hs_cfa_ML_bootstrap1000", 9);
  const layout = layoutSample(problem.model);
  const t = optimum.length;
  const count = 12;
  const own = { ...setup, rows: undefined };
  const samples = new Float64Array(count * layout.size);
  const starts = new Float64Array(count * t);
  const [{ covariance, ...rest }] = problem.moments as [(typeof problem.moments)[0]];
  const k = rest.names.length;
  for (let i = 0; i < count; i++) {
    // Another correlation for each problem.
    const shrunk = covariance.map((value, place) => (place % (k + 1) === 0 ? value : value * (1 - 0.02 * i)));
    samples.set(packSample(layout, [{ ...rest, covariance: shrunk }]), i * layout.size);
    starts.set(optimum, i * t);
  }
  const expected = (await solveOnGpu(own, { first: 0, count, starts, samples })).part;
  const part = (
    await solveOnGpu(own, {
      first: 7,
      count: 2,
      starts: starts.slice(7 * t, 9 * t),
      samples: samples.slice(7 * layout.size, 9 * layout.size),
    })
  ).part;
  expect(part.theta).toEqual(expected.theta.slice(7 * t, 9 * t));
  samples.fill(NaN, 1 * layout.size, 2 * layout.size);
  samples.fill(0, 3 * layout.size, 4 * layout.size);
  samples[5 * layout.size] = -1;
  starts.fill(NaN, 6 * t, 7 * t);
  starts.fill(1e30, 10 * t, 11 * t);
  const actual = (await solveOnGpu(own, { first: 0, count, starts, samples })).part;
  for (let i = 0; i < count; i++) {
    if ([1, 3, 5, 6, 10].includes(i)) {
      expect(actual.status[i]).toBe(ProblemStatus.notPositiveDefinite);
      continue;
    }
    expect(actual.status[i]).toBe(ProblemStatus.converged);
    expect(actual.theta.slice(i * t, i * t + t)).toEqual(expected.theta.slice(i * t, i * t + t));
  }
});

test("the host's tables and its count of workgroup memory are the shader's", async () => {
  const { source, library } = quasiNewtonWorkgroup;
  const text = [source, ...library.map((part) => part.source)].join("\n");
  const head = new WgslReflect(text).structs.find(({ name }) => name === "Group")!;
  expect(head.members.map(({ name }) => name)).toEqual([...GROUP_FIELDS, "share"]);
  const { setup } = await batchCase("07c_hs_mg_scalar", 1);
  const { sizes } = packWorkgroupTables(setup.model, [0.5, 0.5]);
  const constants: Record<string, number> = { ...sizes, WORKGROUP: 32, HISTORY: MOST_EVALUATIONS };
  const variables = [...text.matchAll(/^var<workgroup> \w+: array<(f32|vec4f), ([\w *]+)>;$/gm)];
  expect(variables).toHaveLength(text.match(/^var<workgroup>/gm)!.length);
  const bytes = variables.map(([, type, count]) => {
    const elements = count!.split(" * ").reduce((product, name) => product * constants[name]!, 1);
    return (type === "f32" ? 4 : 16) * elements;
  });
  expect(workgroupBytes(sizes, 32)).toBe(bytes.reduce((sum, each) => sum + each));
});

test("a problem that does not fit the kernel is refused with both numbers", async () => {
  const { setup } = await batchCase("12_pmdag_p40", 1);
  const device = { limits: { maxComputeWorkgroupStorageSize: 16_384 } } as unknown as GPUDevice;
  const refused = (): unknown => workgroupShape(device, setup, [1]);
  expect(refused).toThrow(LimitError);
  expect(refused).toThrow(/needs \d+ bytes of workgroup memory, and this GPU has 16384/);
  const { model } = randomModel({ p: 129, q: 129, edgeProbability: 0.01 }, 1);
  const tooMany = (): unknown => workgroupShape(device, { ...setup, model }, [1]);
  // Sources that several variables share count among them here.
  expect(tooMany).toThrow(/has \d{3} variables, and the kernel of the batch takes 128/);
});

test("no buffer is left behind", async () => {
  expect(await runInBrowser<number>(PAGE, "liveBytes")).toBe(0);
});
