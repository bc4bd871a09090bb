import type { Problem } from "../../../src/engine/engine.ts";
import { BufferSet } from "../../../src/engine/gpu/buffers.ts";
import { createEvaluator } from "../../../src/engine/gpu/createEvaluator.ts";
import type { EvaluatorOptions } from "../../../src/engine/gpu/design.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { createGpuEngine } from "../../../src/engine/gpu/engine.ts";
import { LimitError } from "../../../src/errors.ts";

/** What went through a device's `createBuffer` and its buffers' `destroy`. */
interface Count {
  created: number;
  alive: number;
  peak: number;
}

/** Counts from outside, without a word of the engine's own bookkeeping. */
function watched(device: GPUDevice): Count {
  const count: Count = { created: 0, alive: 0, peak: 0 };
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    count.created++;
    count.alive += buffer.size;
    count.peak = Math.max(count.peak, count.alive);
    const destroy = buffer.destroy.bind(buffer);
    let isAlive = true;
    buffer.destroy = () => {
      if (isAlive) count.alive -= buffer.size;
      isAlive = false;
      return destroy();
    };
    return buffer;
  };
  return count;
}

async function watchedDevice(): Promise<{ device: GPUDevice; count: Count }> {
  const device = await requestDevice();
  return { device, count: watched(device) };
}

const shared = watchedDevice();

export interface MemoryUse {
  readonly method: string;
  readonly reported: number;
  readonly counted: number;
  readonly left: number;
}

/** A few iterations of a problem: the peak that the engine reports, the peak that was counted, and what is left. */
export async function use(
  problem: Problem,
  start: Float64Array,
  options: EvaluatorOptions,
  iterations: number,
): Promise<MemoryUse> {
  const { device, count } = await shared;
  count.peak = count.alive;
  let reported: number;
  let method: string;
  {
    using engine = await createGpuEngine(device, problem, options);
    const limits = { maxIterations: iterations, tolerance: 0 };
    await engine.iterate({ start, optimiser: "lbfgs", ...limits });
    ({ method } = engine.backend);
    reported = engine.backend.bytes ?? NaN;
  }
  return { method, reported, counted: count.peak, left: count.alive };
}

export interface Churn {
  readonly created: number;
  readonly left: number;
  readonly converged: number;
}

/** Creates an engine, fits and disposes of it, `rounds` times over. */
export async function churn(problem: Problem, start: Float64Array, rounds: number): Promise<Churn> {
  const { device, count } = await shared;
  const before = count.created;
  let converged = 0;
  for (let round = 0; round < rounds; round++) {
    using engine = await createGpuEngine(device, problem);
    const report = await engine.iterate({ start, optimiser: "lbfgs", maxIterations: 100, tolerance: 1e-4 });
    if (report.status === "converged") converged++;
  }
  return { created: count.created - before, left: count.alive, converged };
}

export interface Refusal {
  readonly message: string;
  readonly advice: string;
  readonly needed: number;
  readonly available: number;
  readonly created: number;
}

/** The error of a problem on a device whose buffers may have so many bytes only, and how many were made before it. */
export async function refusal(
  problem: Problem,
  limit: "maxBufferSize" | "maxStorageBufferBindingSize",
  bytes: number,
  options: EvaluatorOptions,
): Promise<Refusal> {
  const { device, count } = await watchedDevice();
  const real = device.limits;
  const limits = new Proxy(real, {
    get: (_, name) => (name === limit ? bytes : Reflect.get(real, name, real)),
  });
  Object.defineProperty(device, "limits", { value: limits });
  try {
    using evaluator = await createEvaluator(device, problem, options);
    throw new Error(`${evaluator.workspace.buffers.bytes} bytes were allocated.`);
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    const { message, advice, needed, available } = error;
    return { message, advice, needed, available, created: count.created };
  } finally {
    device.destroy();
  }
}

/** What the adapter allows in one binding, what the device was given, and whether a buffer that large can be bound. */
export async function largestBinding(): Promise<{ adapter: number; device: number; failure: string | null }> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  const { device } = await watchedDevice();
  using owner = new BufferSet(device, "large");
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  // One word past WebGPU's default of 128 MiB.
  const buffer = owner.storage("binding", 2 ** 27 + 4);
  const entry = { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: "storage" as const } };
  const layout = device.createBindGroupLayout({ entries: [entry] });
  device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer } }] });
  const errors = [await device.popErrorScope(), await device.popErrorScope()];
  return {
    adapter: adapter!.limits.maxStorageBufferBindingSize,
    device: device.limits.maxStorageBufferBindingSize,
    failure: errors.find((error) => error !== null)?.message ?? null,
  };
}
