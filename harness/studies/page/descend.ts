import type { IterateOptions, IterationReport, Method, Problem } from "../../../src/engine/engine.ts";
import { webgpu } from "../../../src/engine/gpu/backend.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { createGpuEngine } from "../../../src/engine/gpu/engine.ts";
import { estimate } from "../../../src/fit/estimate.ts";

const device = requestDevice();

/** How one run on WebGPU ended. */
export type RunEnd = Pick<IterationReport, "status" | "value" | "gradientNorm">;

/** Runs one problem on WebGPU in its own units, once for each of `runs`. */
export async function descend(
  problem: Problem,
  method: Method,
  runs: readonly IterateOptions[],
): Promise<RunEnd[]> {
  using engine = await createGpuEngine(await device, problem, { method });
  const ends: RunEnd[] = [];
  for (const options of runs) {
    const { status, value, gradientNorm } = await engine.iterate(options);
    ends.push({ status, value, gradientNorm });
  }
  return ends;
}

/** What `fit` does with WebGPU from a given start. */
export async function fitFrom(
  problem: Problem,
  method: Method,
  start: Float64Array,
): Promise<{ converged: boolean; value: number }> {
  const gpu = webgpu(await device);
  const { converged, value } = await estimate(problem, {
    start,
    createEngine: (scaled) => gpu.createEngine(scaled, method),
  });
  return { converged, value };
}
