import { beforeAll, expect, test } from "vitest";
import { type BatchEngine, type BatchPart, ProblemStatus } from "../../../src/engine/batch/batchEngine.ts";
import { createCpuBatch } from "../../../src/engine/batch/cpuBatch.ts";
import { traceProgram } from "../../../src/engine/batch/program/program.ts";
import { layoutSample, packSample } from "../../../src/engine/batch/program/sampleLayout.ts";
import { RandomStream } from "../../../src/engine/batch/random/philox.ts";
import { Hessian } from "../../../src/engine/cpu/curvature/hessian.ts";
import { createTarget } from "../../../src/fit/polish.ts";
import { minimiseNewton } from "../../../src/fit/newton.ts";
import { batchCase, type BatchCase } from "../../support/batchCase.ts";

const SEED = 4711;
let holzinger: BatchCase;
let democracy: BatchCase;

beforeAll(async () => {
  holzinger = await batchCase("13_01_hs_cfa_ML_bootstrap1000", SEED);
  democracy = await batchCase("13_02_poldem_ML_bootstrap1000", SEED);
});

async function createEngine({ setup, problem }: BatchCase, threads = 1): Promise<BatchEngine> {
  const total = problem.moments.reduce((sum, { n }) => sum + n, 0);
  const program = traceProgram(
    problem.model,
    problem.moments.map(({ n }) => n / total),
    1e6,
  )!;
  return (await createCpuBatch(setup, program, "test", threads))!;
}

/** Moments of replicate i, computed from the drawn rows by two passes. */
function replicateMoments({ setup, problem }: BatchCase, replicate: number): Float64Array {
  const { rows, values } = setup.rows![0]!;
  const { names } = problem.moments[0]!;
  const k = names.length;
  const random = new RandomStream(SEED, replicate, 0);
  const drawn = Array.from({ length: rows }, () => random.index(rows));
  const mean = names.map((_, j) => drawn.reduce((sum, r) => sum + values[r * k + j]!, 0) / rows);
  const covariance = new Float64Array(k * k);
  for (const r of drawn) {
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        covariance[i * k + j]! += ((values[r * k + i]! - mean[i]!) * (values[r * k + j]! - mean[j]!)) / rows;
      }
    }
  }
  return covariance;
}

test.each(["holzinger", "democracy"] as const)(
  "1,000 replicates of %s are optima of their own resamples",
  async (name) => {
    const given = name === "holzinger" ? holzinger : democracy;
    using engine = await createEngine(given);
    const result = await engine.solve({ first: 0, count: 1000, starts: given.optimum });
    const t = given.optimum.length;
    let furthest = 0;
    for (let i = 0; i < 1000; i++) {
      expect(result.status[i]).toBe(ProblemStatus.converged);
      const [group] = given.problem.moments;
      const moments = [{ ...group!, covariance: replicateMoments(given, i) }];
      const problem = { ...given.problem, moments };
      const theta = result.theta.slice(i * t, i * t + t);
      const target = createTarget(problem);
      // F is of order one and summed from a hundred terms; the moments are summed in another order.
      expect(result.value[i]).toBeCloseTo(target.evaluate(theta).value, 10);
      const hessian = new Hessian(problem.model, moments);
      const exact = minimiseNewton(target, theta, (at) => hessian.observed(at), {
        maxIterations: 50,
        tolerance: 1e-9,
        signal: undefined,
      });
      expect(exact.status).toBe("converged");
      exact.theta.forEach((value, j) => {
        furthest = Math.max(furthest, Math.abs(value - theta[j]!) / given.standardErrors[j]!);
      });
    }
    // The promise is 1e-3 standard errors; the engine stops at an estimated distance of 7e-5 and takes one more step.
    expect(furthest).toBeLessThan(3e-4);
  },
);

test("the cut of a batch and the number of threads change no bit", async () => {
  using alone = await createEngine(democracy);
  const whole = await alone.solve({ first: 0, count: 3000, starts: democracy.optimum });
  const part = await alone.solve({ first: 1234, count: 77, starts: democracy.optimum });
  const t = democracy.optimum.length;
  expect(part.theta).toEqual(whole.theta.slice(1234 * t, 1311 * t));
  expect(part.value).toEqual(whole.value.slice(1234, 1311));
  using several = await createEngine(democracy, 3);
  const together = await several.solve({ first: 0, count: 30_000, starts: democracy.optimum });
  expect(several.backend.description).toMatch(/[23] threads/);
  expect(together.theta.slice(0, 3000 * t)).toEqual(whole.theta);
});

test("bad problems leave their neighbours bit-identical", async () => {
  const layout = layoutSample(holzinger.problem.model);
  const count = 60;
  const good = new Float64Array(count * layout.size);
  for (let i = 0; i < count; i++) {
    const moments = [{ ...holzinger.problem.moments[0]!, covariance: replicateMoments(holzinger, i) }];
    good.set(packSample(layout, moments), i * layout.size);
  }
  const starts = new Float64Array(count * holzinger.optimum.length);
  for (let i = 0; i < count; i++) starts.set(holzinger.optimum, i * holzinger.optimum.length);
  using engine = await createEngine(holzinger);
  const solve = (samples: Float64Array, from: Float64Array): Promise<BatchPart> =>
    engine.solve({ first: 0, count, starts: from, samples });
  const expected = await solve(good, starts);
  const planted = good.slice();
  const plantedStarts = starts.slice();
  planted.fill(NaN, 3 * layout.size, 4 * layout.size);
  planted.fill(0, 10 * layout.size, 11 * layout.size);
  planted[21 * layout.size] = -1;
  planted[30 * layout.size + 5] = Infinity;
  plantedStarts.fill(NaN, 41 * holzinger.optimum.length, 42 * holzinger.optimum.length);
  plantedStarts.fill(1e200, 50 * holzinger.optimum.length, 51 * holzinger.optimum.length);
  const actual = await solve(planted, plantedStarts);
  const bad = [3, 10, 21, 30, 41, 50];
  const t = holzinger.optimum.length;
  for (let i = 0; i < count; i++) {
    if (bad.includes(i)) {
      expect(actual.status[i]).toBe(ProblemStatus.notPositiveDefinite);
      continue;
    }
    expect(actual.status[i]).toBe(ProblemStatus.converged);
    expect(actual.theta.slice(i * t, i * t + t)).toEqual(expected.theta.slice(i * t, i * t + t));
    expect(actual.value[i]).toBe(expected.value[i]);
  }
});

test("an aborted batch keeps what is done and marks the rest", async () => {
  using engine = await createEngine(democracy, 2);
  const abort = new AbortController();
  let done = 0;
  const result = await engine.solve({
    first: 0,
    count: 200_000,
    starts: democracy.optimum,
    signal: abort.signal,
    onPart: ({ count }) => {
      done += count;
      if (done > 2000) abort.abort();
    },
  });
  const solved = result.status.filter((status) => status === ProblemStatus.converged).length;
  expect(solved).toBeGreaterThan(2000);
  expect(solved).toBe(done);
  expect(result.status.filter((status) => status === ProblemStatus.notRun)).toHaveLength(200_000 - done);
});

test("an impossible model is not converged, and says so", async () => {
  using engine = await createEngine(holzinger);
  const sample = packSample(layoutSample(holzinger.problem.model), holzinger.problem.moments);
  using hurried = await createEngine({ ...holzinger, setup: { ...holzinger.setup, mostEvaluations: 2 } });
  const far = holzinger.optimum.map((value) => value * 1.5);
  const request = { first: 0, count: 3, starts: far, samples: sample };
  expect([...(await hurried.solve(request)).status]).toEqual([1, 1, 1]);
  expect([...(await engine.solve(request)).status]).toEqual([0, 0, 0]);
});
