import type { DataSet } from "../../../src/data/dataSet.ts";
import type { Moments } from "../../../src/data/moments.ts";
import type { Method, Problem } from "../../../src/engine/engine.ts";
import { webgpu } from "../../../src/engine/gpu/backend.ts";
import { allocatedBytes } from "../../../src/engine/gpu/buffers.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { estimate } from "../../../src/fit/estimate.ts";
import { parseModel, type ParseModelOptions } from "../../../src/model/parseModel.ts";
import { fit } from "../../../src/statistics/fit.ts";
import type { FitResult } from "../../../src/statistics/result.ts";

const device = requestDevice();

function dataSet(moments: readonly Moments[]): DataSet {
  return { groups: moments.map((group) => ({ label: "", moments: group })), warnings: [] };
}

/** A whole fit on WebGPU. */
export async function fitOnGpu(
  text: string,
  options: ParseModelOptions,
  moments: readonly Moments[],
): Promise<FitResult> {
  return fit(parseModel(text, options), dataSet(moments), { backend: "webgpu", gpu: webgpu(await device) });
}

export interface StartOutcome {
  readonly converged: boolean;
  readonly value: number;
  readonly engineValue: number;
  readonly engineIterations: number;
  readonly method: Method;
  readonly theta: Float64Array;
}

/** Fits from given starting values on WebGPU, one after another. */
export async function estimateFrom(
  problem: Problem,
  starts: readonly Float64Array[],
  method?: Method,
): Promise<StartOutcome[]> {
  const gpu = webgpu(await device);
  const outcomes: StartOutcome[] = [];
  for (const [seed, start] of starts.entries()) {
    const found = await estimate(problem, {
      start,
      seed,
      createEngine: (scaled) => gpu.createEngine(scaled, method),
    });
    const { converged, value, engineValue, iterations, theta } = found;
    outcomes.push({
      converged,
      value,
      engineValue,
      engineIterations: iterations.engine,
      method: found.method,
      theta,
    });
  }
  return outcomes;
}

export interface DeviceUse {
  /** Whatever of the device was called or set that is the business of its owner. */
  readonly meddling: readonly string[];
  /** Validation errors that nobody caught. */
  readonly errors: readonly string[];
  /** Discrepancies of fits that ran at once, and of the same fits one after another. */
  readonly together: readonly number[];
  readonly apart: readonly number[];
}

/** Fits by every method at once on one device that is watched, then one after another. */
export async function shareDevice(
  text: string,
  options: ParseModelOptions,
  moments: readonly Moments[],
): Promise<DeviceUse> {
  const shared = await requestDevice();
  const meddling: string[] = [];
  const errors: string[] = [];
  shared.addEventListener("uncapturederror", ({ error }) => errors.push(error.message));
  void shared.lost.then(({ reason }) => meddling.push(`lost: ${reason}`));
  for (const name of ["destroy", "addEventListener", "removeEventListener", "dispatchEvent"] as const)
    shared[name] = (): never => {
      throw new Error((meddling.push(name), name));
    };
  for (const name of ["label", "onuncapturederror"] as const)
    Object.defineProperty(shared, name, { get: () => null, set: () => meddling.push(name) });
  const gpu = webgpu(shared);
  const run = async (method: Method): Promise<number> => {
    const model = parseModel(text, options);
    return (await fit(model, dataSet(moments), { backend: "webgpu", gpu, method })).discrepancy.value;
  };
  const methods = ["covariance", "accumulation", "covariance", "accumulation"] as const;
  const together = await Promise.all(methods.map(run));
  const apart: number[] = [];
  for (const method of methods) apart.push(await run(method));
  await shared.queue.onSubmittedWorkDone();
  return { meddling, errors, together, apart };
}

/** Bytes of GPU buffers that are still alive. */
export async function liveBytes(): Promise<number> {
  return allocatedBytes(await device).bytes;
}
