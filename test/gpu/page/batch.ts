import type { BatchBackend, BatchPart, BatchSetup } from "../../../src/engine/batch/batchEngine.ts";
import { createCpuBatch } from "../../../src/engine/batch/cpuBatch.ts";
import { createGpuBatch } from "../../../src/engine/batch/gpu/gpuBatch.ts";
import { traceForm32 } from "../../../src/engine/batch/gpu/form.ts";
import { traceProgram } from "../../../src/engine/batch/program/program.ts";
import { allocatedBytes } from "../../../src/engine/gpu/buffers.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";

const device = requestDevice();

export interface BatchRun {
  readonly part: BatchPart;
  readonly backend: BatchBackend;
  readonly milliseconds: { readonly compile: number; readonly solve: number };
}

/** Solves a batch on the GPU; `cut` splits it into several calls. */
export async function solveOnGpu(
  setup: BatchSetup,
  request: { first: number; count: number; starts: Float64Array; samples?: Float64Array },
): Promise<BatchRun> {
  const total = setup.moments.reduce((sum, { n }) => sum + n, 0);
  const shares = setup.moments.map(({ n }) => n / total);
  const began = performance.now();
  const float64 = await createCpuBatch(setup, traceProgram(setup.model, shares, 1e5)!, "", 1);
  const program = traceForm32(setup.model, shares, 1e5)!;
  using engine = await createGpuBatch(await device, setup, program, float64!, "test");
  const compiled = performance.now();
  const part = await engine.solve(request);
  const milliseconds = { compile: compiled - began, solve: performance.now() - compiled };
  return { part, backend: engine.backend, milliseconds };
}

/** Bytes of GPU buffers that are still alive. */
export async function liveBytes(): Promise<number> {
  return allocatedBytes(await device).bytes;
}
