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

/** Bytes of GPU buffers that are still alive. */
export async function liveBytes(): Promise<number> {
  return allocatedBytes(await device).bytes;
}
