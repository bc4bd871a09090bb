import { expectedTime } from "./expectedTime.ts";
import type { GpuBackend, Problem } from "../engine/engine.ts";
import { compileStructure } from "../engine/cpu/compiled.ts";
import { districtApplies } from "../engine/cpu/groupObjective.ts";
import { findDistricts } from "../engine/cpu/districts.ts";

export interface BackendChoice {
  readonly kind: "cpu" | "webgpu";
  readonly reason: string;
}

/** Multiply-adds a second that float64 JavaScript reaches in these loops on one core. */
const CPU_RATE = 1e9;
/** What a hardware GPU sustains at least in the large kernels, and its cost of one iteration's dispatches. */
const GPU_RATE = 3e11;
const GPU_ITERATION_SECONDS = 5e-4;
/** L-BFGS iterations of a typical fit. */
const TYPICAL_ITERATIONS = 60;

/**
 * Predicts which backend answers sooner: multiply-adds of one value-and-gradient times a typical iteration count,
 * against the GPU's start. One small model in float64 is done before a shader compiler has begun.
 */
export function chooseBackend(
  problem: Problem,
  offer: Pick<GpuBackend, "hardware" | "startSeconds"> | undefined,
): BackendChoice {
  const work = multiplyAddsPerIteration(problem);
  const cpuSeconds = (TYPICAL_ITERATIONS * work) / CPU_RATE;
  const cpu = `${expectedTime(cpuSeconds)} expected in float64 on the CPU`;
  if (!offer) return { kind: "cpu", reason: `no WebGPU here; ${cpu}` };
  if (!offer.hardware) {
    return { kind: "cpu", reason: `${cpu}, and the only WebGPU adapter is software on the same processor` };
  }
  const gpuSeconds = offer.startSeconds + TYPICAL_ITERATIONS * (GPU_ITERATION_SECONDS + work / GPU_RATE);
  const gpu = `${expectedTime(gpuSeconds)} on WebGPU, start included`;
  if (gpuSeconds < cpuSeconds) return { kind: "webgpu", reason: `${gpu}, against ${cpu}` };
  return { kind: "cpu", reason: `${cpu}, against ${gpu}` };
}

/** Multiply-adds of F and its gradient in the cheapest exact form, over all groups. */
export function multiplyAddsPerIteration({ model, discrepancy }: Problem): number {
  let total = 0;
  for (const structure of model.structures) {
    const c = compileStructure(structure, model.parameters.length);
    if (districtApplies(c, discrepancy)) {
      for (const { members } of findDistricts(c).list) total += 2 * members.length ** 3;
      total += 4 * c.paths.count * c.p;
    } else {
      total += 3 * c.k ** 3 + 3 * (c.q + c.p) * (c.paths.count + c.loadings.count);
    }
  }
  return total;
}
