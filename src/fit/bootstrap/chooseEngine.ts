import type { BatchSetup } from "../../engine/batch/batchEngine.ts";
import type { Program } from "../../engine/batch/program/program.ts";
import { MOST_OPERATIONS, PRIVATE_BYTES, privateBytes } from "../../engine/batch/gpu/invocationLimits.ts";
import type { GpuBackend } from "../../engine/engine.ts";
import type { Model } from "../../model/model.ts";
import { expectedTime } from "../expectedTime.ts";

/** Which engine runs a batch, and why. */
export interface BatchChoice {
  readonly kind: "cpu" | "webgpu";
  readonly reason: string;
}

/** Evaluations that a replicate takes on average (measured: 13.6 Holzinger–Swineford, 15.3 political democracy). */
const EVALUATIONS = 15;

// Measured on one core of a 2023 server: seconds for one operation of straight-line code, for one entry of the matrix
// that BFGS keeps, for one column of one drawn case, and for the host's part of a problem.
const CPU_OPERATION = 1.2e-10;
const CPU_ENTRY = 9e-10;
const CPU_DRAW = 1.1e-10;
const CPU_PROBLEM = 2.2e-6;
/** Starting workers. */
const CPU_START = 0.05;

// A hardware GPU, assumed with care: float32 operations a second that code as divergent as this sustains, an invocation
// a problem; the same where a workgroup a problem waits at barriers; and what its shader compiler takes for one
// operation of straight-line code.
const GPU_RATE = 2e11;
const GPU_WORKGROUP_RATE = 1e10;
const GPU_COMPILE = 7e-5;
/** The form that float32 needs has about this many times the operations. */
const FLOAT32_EXPANSION = 5;

/**
 * Predicts where a batch is done sooner. Straight-line float64 code on all cores is hard to beat for less than millions
 * of replicates; software WebGPU runs on the same cores and never is.
 */
export function chooseBatchEngine(
  { rows, model }: BatchSetup,
  program: Program,
  count: number,
  threads: number,
  gpu: Pick<GpuBackend, "hardware" | "startSeconds"> | undefined,
): BatchChoice {
  const t = model.parameters.length;
  const entries = (t * (t + 1)) / 2;
  const draws = (rows ?? []).reduce((sum, group, g) => {
    const { k } = program.sample.groups[g]!;
    return sum + group.rows * ((k * (k + 1)) / 2 + k);
  }, 0);
  const evaluation = program.operations * CPU_OPERATION + entries * CPU_ENTRY;
  const alone = count * (EVALUATIONS * evaluation + draws * CPU_DRAW + CPU_PROBLEM);
  const cpuSeconds = Math.min(alone, alone / threads + CPU_START);
  const cpu = `${expectedTime(cpuSeconds)} expected in float64 on ${threads} ${threads === 1 ? "thread" : "threads"}`;
  if (!gpu) return { kind: "cpu", reason: cpu };
  if (!gpu.hardware) {
    return { kind: "cpu", reason: `${cpu}; the only WebGPU adapter is software on the same processor` };
  }
  const gpuSeconds = gpu.startSeconds + gpuWork(model, program, count) + (2 * count * draws) / GPU_RATE;
  const onGpu = `${expectedTime(gpuSeconds)} on WebGPU, compiling included`;
  if (gpuSeconds < cpuSeconds) return { kind: "webgpu", reason: `${onGpu}, against ${cpu}` };
  return { kind: "cpu", reason: `${cpu}, against ${onGpu}` };
}

/** Seconds of compiling and solving on a hardware GPU, by the kernel that such a model gets. */
function gpuWork(model: Model, { operations, sample }: Program, count: number): number {
  const t = model.parameters.length;
  const expanded = FLOAT32_EXPANSION * operations;
  if (expanded <= MOST_OPERATIONS && privateBytes(t, sample.size) <= PRIVATE_BYTES) {
    const evaluation = expanded + (5 * t * (t + 1)) / 2;
    return expanded * GPU_COMPILE + (count * EVALUATIONS * evaluation) / GPU_RATE;
  }
  // Inverse, two products with it, sweeps over the paths, and products with H.
  const evaluation = model.structures.reduce(
    (sum, { variables, paths }, g) => {
      const { k } = sample.groups[g]!;
      return sum + 2.5 * k ** 3 + 6 * variables.length * paths.length;
    },
    2 * t * t,
  );
  return (count * EVALUATIONS * evaluation) / GPU_WORKGROUP_RATE;
}
