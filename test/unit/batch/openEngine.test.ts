import { beforeAll, expect, test } from "vitest";
import type { BatchEngine } from "../../../src/engine/batch/batchEngine.ts";
import { type Program, traceProgram } from "../../../src/engine/batch/program/program.ts";
import type { GpuBackend } from "../../../src/engine/engine.ts";
import { LimitError } from "../../../src/errors.ts";
import { chooseBatchEngine } from "../../../src/fit/bootstrap/chooseEngine.ts";
import { type BatchTask, openEngine } from "../../../src/fit/bootstrap/openEngine.ts";
import { batchCase, type BatchCase } from "../../support/batchCase.ts";

let given: BatchCase;
let program: Program;

beforeAll(async () => {
  given = await batchCase("02_poldem_sem", 1);
  program = traceProgram(given.problem.model, [1], 1e5)!;
});

const hardware = { hardware: true, startSeconds: 0.3 };

function task(change: Partial<BatchTask> = {}): BatchTask {
  const solveOne = (): Promise<never> => Promise.reject(new Error("not here"));
  return { setup: given.setup, program, count: 1000, solveOne, ...change };
}

/** A GPU whose batches are made by `createBatch`. */
function gpuWith(createBatch: GpuBackend["createBatch"]): GpuBackend {
  return {
    ...hardware,
    adapter: "fake",
    obstacle: () => undefined,
    createEngine: () => Promise.reject(new Error("not here")),
    createBatch,
  };
}

test("the cost model takes a GPU for very many replicates only, and never a software one", () => {
  const choose = (count: number, gpu: typeof hardware | undefined, threads = 4): string =>
    chooseBatchEngine(given.setup, program, count, threads, gpu).kind;
  expect(choose(1000, hardware)).toBe("cpu");
  expect(choose(100_000_000, hardware)).toBe("webgpu");
  expect(choose(100_000_000, { ...hardware, hardware: false })).toBe("cpu");
  expect(choose(100_000_000, undefined)).toBe("cpu");
  const { reason } = chooseBatchEngine(given.setup, program, 10_000, 2, hardware);
  expect(reason).toMatch(/ms expected in float64 on 2 threads, against .* on WebGPU/);
});

test("an engine says why it was taken", async () => {
  using asked = await openEngine(task(), { backend: "cpu" });
  expect(asked.backend).toMatchObject({ kind: "cpu", reason: "asked for" });
  using without = await openEngine(task(), { backend: "webgpu" });
  expect(without.backend.reason).toBe("no WebGPU device was given");
  using large = await openEngine(task({ program: undefined }), {});
  expect(large.backend.description).toContain("one fit after the other");
  using bounded = await openEngine(task({ obstacle: "parameters have bounds" }), {});
  expect(bounded.backend.reason).toBe("parameters have bounds");
});

test("what is too large for a GPU runs on the CPU and says so; other failures are not hidden", async () => {
  const limit = new LimitError("too many parameters", "use the CPU", 9000, 8192);
  using fallen = await openEngine(task(), { backend: "webgpu", gpu: gpuWith(() => Promise.reject(limit)) });
  expect(fallen.backend).toMatchObject({ kind: "cpu", reason: "too many parameters" });
  const gpu = gpuWith(() => Promise.reject(new Error("lost")));
  await expect(openEngine(task(), { backend: "webgpu", gpu })).rejects.toThrow("lost");
  const made = { dispose: () => undefined } as unknown as BatchEngine;
  expect(await openEngine(task(), { backend: "webgpu", gpu: gpuWith(async () => made) })).toBe(made);
});

test("float64 begins where the choice of a GPU was ours, and only there", async () => {
  const made = { dispose: () => undefined } as unknown as BatchEngine;
  const headStarts: number[] = [];
  const gpu = gpuWith(async (_, float64, { headStart }) => {
    headStarts.push(headStart);
    float64.dispose();
    return made;
  });
  await openEngine(task({ count: 100_000_000 }), { gpu });
  await openEngine(task({ count: 100_000_000 }), { backend: "webgpu", gpu });
  expect(headStarts).toEqual([8192, 0]);
});

test("a model too large for straight-line code is expected to be slower on a GPU", () => {
  const small = chooseBatchEngine(given.setup, program, 1_000_000, 4, hardware);
  const large = chooseBatchEngine(given.setup, { ...program, operations: 5000 }, 1_000_000, 4, hardware);
  const seconds = (reason: string): number => Number(/([\d.]+) s on WebGPU/.exec(reason)![1]);
  expect(seconds(large.reason)).toBeGreaterThan(seconds(small.reason));
});
