import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { WgslReflect } from "wgsl_reflect/wgsl_reflect.module.js";
import { type BatchPart, type BatchSetup, ProblemStatus } from "../../src/engine/batch/batchEngine.ts";
import { createCpuBatch } from "../../src/engine/batch/cpuBatch.ts";
import * as manifest from "../../src/engine/batch/gpu/kernels.ts";
import { traceProgram } from "../../src/engine/batch/program/program.ts";
import { layoutSample, packSample } from "../../src/engine/batch/program/sampleLayout.ts";
import { caseResampler } from "../../src/fit/bootstrap/resampler.ts";
import { bootstrap } from "../../src/statistics/bootstrap.ts";
import { fit } from "../../src/statistics/fit.ts";
import type { FitResult } from "../../src/statistics/result.ts";
import { caseData, caseModel, readCase, readFixture } from "../support/referenceCase.ts";
import { batchCase, type BatchCase } from "../support/batchCase.ts";
import { runInBrowser } from "./page/bridge.ts";
import type { BatchRun } from "./page/batch.ts";

const PAGE = "/test/gpu/page/batch.ts";
let holzinger: BatchCase;
let democracy: BatchCase;

beforeAll(async () => {
  holzinger = await batchCase("13_01_hs_cfa_ML_bootstrap1000", 4711);
  democracy = await batchCase("13_02_poldem_ML_bootstrap1000", 4711);
});

interface Request {
  readonly first: number;
  readonly count: number;
  readonly starts: Float64Array;
  readonly samples?: Float64Array;
}

async function solveOnGpu(setup: BatchSetup, request: Request): Promise<BatchRun> {
  return runInBrowser<BatchRun>(PAGE, "solveOnGpu", setup, request);
}

async function solveOnCpu({ setup, problem }: BatchCase, request: Request): Promise<BatchPart> {
  using engine = (await createCpuBatch(setup, traceProgram(problem.model, [1], 1e5)!, "", 1))!;
  return engine.solve(request);
}

test.each(["holzinger", "democracy"] as const)(
  "1,000 replicates of %s: float32 is within a thousandth of a standard error of float64",
  async (name) => {
    const given = name === "holzinger" ? holzinger : democracy;
    const request = { first: 0, count: 1000, starts: given.optimum };
    const { part, backend } = await solveOnGpu(given.setup, request);
    expect(backend.kind).toBe("webgpu");
    const exact = await solveOnCpu(given, request);
    const t = given.optimum.length;
    for (let i = 0; i < 1000; i++) {
      expect(part.status[i]).toBe(ProblemStatus.converged);
      // F is a sum of a hundred float32 terms of order one.
      expect(Math.abs(part.value[i]! - exact.value[i]!)).toBeLessThan(5e-5);
      for (let j = 0; j < t; j++) {
        const distance = Math.abs(part.theta[i * t + j]! - exact.theta[i * t + j]!);
        expect(distance / given.standardErrors[j]!).toBeLessThan(1e-3);
      }
    }
  },
);

test("the cut of a batch changes no bit", async () => {
  const whole = await solveOnGpu(democracy.setup, { first: 0, count: 300, starts: democracy.optimum });
  const part = await solveOnGpu(democracy.setup, { first: 101, count: 99, starts: democracy.optimum });
  const t = democracy.optimum.length;
  expect(part.part.theta).toEqual(whole.part.theta.slice(101 * t, 200 * t));
});

test("the first problems may run in float64 while the kernel compiles: by their numbers, so nothing depends on when", async () => {
  const t = democracy.optimum.length;
  const request = { first: 20, count: 40, starts: democracy.optimum };
  const headStart = 30;
  const mixed = await runInBrowser<BatchRun>(PAGE, "solveOnGpu", democracy.setup, request, "auto", headStart);
  expect(mixed.backend.description).toContain("the first 30 in float64 on the CPU");
  const float64 = await solveOnCpu(democracy, request);
  const float32 = await solveOnGpu(democracy.setup, request);
  expect(mixed.part.theta.slice(0, 10 * t)).toEqual(float64.theta.slice(0, 10 * t));
  expect(mixed.part.theta.slice(10 * t)).toEqual(float32.part.theta.slice(10 * t));
});

test("bad problems leave their neighbours bit-identical", async () => {
  const { problem, setup, optimum } = holzinger;
  const layout = layoutSample(problem.model);
  const count = 70;
  const t = optimum.length;
  const [rows] = setup.rows!;
  const { names } = problem.moments[0]!;
  const columns = names.map((_, j) =>
    Float64Array.from({ length: rows!.rows }, (__, i) => rows!.values[i * names.length + j]!),
  );
  const resampler = caseResampler([{ names, columns, rows: rows!.rows }], 9);
  const samples = new Float64Array(count * layout.size);
  const starts = new Float64Array(count * t);
  for (let i = 0; i < count; i++) {
    samples.set(packSample(layout, resampler.moments(i)), i * layout.size);
    starts.set(optimum, i * t);
  }
  const given = { model: setup.model, moments: setup.moments, seed: 1 } as const;
  const own = { ...setup, ...given, rows: undefined };
  const expected = (await solveOnGpu(own, { first: 0, count, starts, samples })).part;
  samples.fill(NaN, 3 * layout.size, 4 * layout.size);
  samples.fill(0, 10 * layout.size, 11 * layout.size);
  samples[21 * layout.size] = -1;
  starts.fill(NaN, 41 * t, 42 * t);
  starts.fill(1e30, 64 * t, 65 * t);
  const actual = (await solveOnGpu(own, { first: 0, count, starts, samples })).part;
  const bad = [3, 10, 21, 41, 64];
  for (let i = 0; i < count; i++) {
    if (bad.includes(i)) {
      expect(actual.status[i]).toBe(ProblemStatus.notPositiveDefinite);
      continue;
    }
    expect(actual.theta.slice(i * t, i * t + t)).toEqual(expected.theta.slice(i * t, i * t + t));
  }
});

test("bootstrap() and many starts on the GPU give what the CPU gives", async () => {
  const reference = readCase("02_poldem_sem");
  const text = readFixture("reference/data/PoliticalDemocracy.csv");
  const { result, starts } = await runInBrowser<{ result: FitResult; starts: FitResult["starts"] }>(
    PAGE,
    "fromTexts",
    reference.model,
    text,
  );
  expect(result.bootstrap!.backend.kind).toBe("webgpu");
  expect(result.bootstrap!.converged).toBe(400);
  expect(starts).toMatchObject({ tried: 100, converged: 100 });
  const model = caseModel(reference);
  const data = caseData(reference, model);
  const fitted = await fit(model, data);
  const expected = await bootstrap(model, data, fitted, { replicates: 400, seed: 4 });
  result.parameters.forEach((row, i) => {
    const own = expected.result.parameters[i]!;
    if (!row.free) return;
    // The same replicates, each to a thousandth of a standard error.
    const scale = own.bootstrapStandardError!;
    expect(Math.abs(row.bootstrapStandardError! - scale) / scale).toBeLessThan(1e-3);
    expect(Math.abs(row.bootstrapCiLower! - own.bootstrapCiLower!) / scale).toBeLessThan(2e-3);
  });
});

test("a cancelled run keeps what is done and holds no buffer", async () => {
  const { model } = readCase("02_poldem_sem");
  const text = readFixture("reference/data/PoliticalDemocracy.csv");
  const run = await runInBrowser<Record<string, number>>(PAGE, "cancelled", model, text);
  expect(run["replicates"]).toBeGreaterThan(0);
  expect(run["replicates"]).toBeLessThan(1_000_000);
  expect(run["handedOn"]).toBe(run["replicates"]);
  expect(run["starts"]).toBeGreaterThan(0);
  expect(run["starts"]).toBeLessThan(20_000);
  expect(run["bytes"]).toBe(0);
});

test("no buffer is left behind", async () => {
  expect(await runInBrowser<number>(PAGE, "liveBytes")).toBe(0);
});

test("the manifest's bindings and uniforms are those of the shaders", () => {
  const folder = join(import.meta.dirname, "..", "..", "shaders", "batch");
  const kernels = Object.values(manifest);
  expect(readdirSync(folder).sort()).toEqual(kernels.map(({ label }) => `${label}.wgsl`).sort());
  for (const kernel of kernels) {
    const library = "library" in kernel ? kernel.library.map(({ source }) => source) : [];
    const shader = new WgslReflect([kernel.source, ...library].join("\n"));
    expect(shader.entry.compute.map(({ name }) => name)).toEqual([kernel.label]);
    const names = shader.getBindGroups()[0]!.map(({ name }) => name);
    expect(names).toEqual(Object.keys(kernel.bindings));
    const members = shader.uniforms[0]!.members!.map(({ name, type }) => [name, type.name]);
    expect(members).toEqual(Object.entries(kernel.uniforms));
  }
});
