import type { BatchEngine, BatchSetup } from "../../engine/batch/batchEngine.ts";
import { createCpuBatch } from "../../engine/batch/cpuBatch.ts";
import type { Program } from "../../engine/batch/program/program.ts";
import { availableThreads } from "../../engine/batch/workers/threads.ts";
import type { GpuBackend } from "../../engine/engine.ts";
import { LimitError } from "../../errors.ts";
import { type BatchChoice, chooseBatchEngine } from "./chooseEngine.ts";
import { OneByOne } from "./oneByOne.ts";
import type { SolveOne } from "./solveOne.ts";

const ASKED = "asked for";
/** Problems that run in float64 while kernels are compiled, where the choice is ours: some tenths of a second's work. */
const HEAD_START = 8192;

/** Where a batch may run. */
export interface EngineOptions {
  /** "auto" (default) takes what is expected to be done sooner and says which and why. */
  readonly backend?: "auto" | "cpu" | "webgpu" | undefined;
  readonly gpu?: GpuBackend | undefined;
  /** Threads to use, this one included; default: as many as the machine has. */
  readonly threads?: number | undefined;
}

/** A batch to find an engine for. */
export interface BatchTask {
  readonly setup: BatchSetup;
  /** Absent where the problem has no straight-line code. */
  readonly program: Program | undefined;
  /** Problems that will be solved, those of other shards included: all shards take the same engine. */
  readonly count: number;
  /** How one problem is solved alone. */
  readonly solveOne: SolveOne;
  /** Why problems must be solved alone, where they must. */
  readonly obstacle?: string | undefined;
}

/**
 * The engine for a batch: the GPU where asked for or expected to be faster, else float64 WebAssembly on all cores, else
 * one fit after the other. Its `backend` says which it became and why.
 */
export async function openEngine(task: BatchTask, options: EngineOptions): Promise<BatchEngine> {
  const { setup, program, solveOne } = task;
  const t = setup.model.parameters.length;
  const obstacle =
    task.obstacle ??
    (program ? undefined : "the model is too large, or its discrepancy too special, for straight-line code");
  if (obstacle !== undefined || !program) return new OneByOne(solveOne, t, obstacle!);
  const threads = options.threads ?? availableThreads();
  const choice = choose(task, program, threads, options);
  const float64 = await createCpuBatch(setup, program, choice.reason, threads);
  if (!float64) return new OneByOne(solveOne, t, "this page may not compile WebAssembly");
  if (choice.kind === "cpu") return float64;
  try {
    const headStart = choice.reason === ASKED ? 0 : HEAD_START;
    return await options.gpu!.createBatch(setup, float64, { reason: choice.reason, headStart });
  } catch (error) {
    float64.dispose();
    if (!(error instanceof LimitError)) throw error;
    return (await createCpuBatch(setup, program, error.message, threads))!;
  }
}

function choose(
  { setup, count }: BatchTask,
  program: Program,
  threads: number,
  { backend = "auto", gpu }: EngineOptions,
): BatchChoice {
  if (backend === "cpu") return { kind: "cpu", reason: ASKED };
  if (backend === "webgpu") {
    return gpu ? { kind: "webgpu", reason: ASKED } : { kind: "cpu", reason: "no WebGPU device was given" };
  }
  return chooseBatchEngine(setup, program, count, threads, gpu);
}
