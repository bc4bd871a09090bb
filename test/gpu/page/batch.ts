import type { BatchBackend, BatchPart, BatchSetup } from "../../../src/engine/batch/batchEngine.ts";
import { createCpuBatch } from "../../../src/engine/batch/cpuBatch.ts";
import { createGpuBatch, type ShapeName } from "../../../src/engine/batch/gpu/gpuBatch.ts";
import { traceProgram } from "../../../src/engine/batch/program/program.ts";
import { allocatedBytes } from "../../../src/engine/gpu/buffers.ts";
import { webgpu } from "../../../src/engine/gpu/backend.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { dataSetFor } from "../../../src/data/dataSet.ts";
import { readData } from "../../../src/data/readData.ts";
import { parseModel } from "../../../src/model/parseModel.ts";
import { bootstrap } from "../../../src/statistics/bootstrap.ts";
import { fit } from "../../../src/statistics/fit.ts";
import { fitFromManyStarts } from "../../../src/statistics/multiStartFit.ts";
import type { FitResult } from "../../../src/statistics/result.ts";

const device = requestDevice();

export interface BatchRun {
  readonly part: BatchPart;
  readonly backend: BatchBackend;
  readonly milliseconds: { readonly compile: number; readonly solve: number };
}

/** Solves a batch on the GPU by one of its kernels. */
export async function solveOnGpu(
  setup: BatchSetup,
  request: { first: number; count: number; starts: Float64Array; samples?: Float64Array },
  shape: ShapeName = "auto",
  headStart = 0,
): Promise<BatchRun> {
  const total = setup.moments.reduce((sum, { n }) => sum + n, 0);
  const shares = setup.moments.map(({ n }) => n / total);
  const began = performance.now();
  const float64 = await createCpuBatch(setup, traceProgram(setup.model, shares, 1e5)!, "", 1);
  using engine = await createGpuBatch(await device, setup, float64!, { reason: "test", headStart }, shape);
  const compiled = performance.now();
  const part = await engine.solve(request);
  const milliseconds = { compile: compiled - began, solve: performance.now() - compiled };
  return { part, backend: engine.backend, milliseconds };
}

/** A whole bootstrap and a multi-start on the GPU, from texts. */
export async function fromTexts(
  modelText: string,
  dataText: string,
): Promise<{ result: FitResult; starts: FitResult["starts"] }> {
  const model = parseModel(modelText);
  const data = dataSetFor(model, readData(dataText));
  const fitted = await fit(model, data);
  const gpu = webgpu(await device);
  const { result } = await bootstrap(model, data, fitted, {
    replicates: 400,
    seed: 4,
    backend: "webgpu",
    gpu,
  });
  const many = await fitFromManyStarts(model, data, { starts: 100, backend: "webgpu", gpu });
  return { result, starts: many.starts };
}

/** A long bootstrap and a long search that are ended early: what they have done by then, and GPU bytes still held. */
export async function cancelled(
  modelText: string,
  dataText: string,
): Promise<{ replicates: number; handedOn: number; starts: number; bytes: number }> {
  const model = parseModel(modelText);
  const data = dataSetFor(model, readData(dataText));
  const fitted = await fit(model, data);
  const gpu = webgpu(await device);
  const abort = new AbortController();
  let handedOn = 0;
  const { result } = await bootstrap(model, data, fitted, {
    replicates: 1_000_000,
    backend: "webgpu",
    gpu,
    signal: abort.signal,
    onProgress: () => abort.abort(),
    onReplicates: ({ status }) => void (handedOn += status.filter((one) => one === 0).length),
  });
  const stop = new AbortController();
  const many = await fitFromManyStarts(model, data, {
    starts: 20_000,
    backend: "webgpu",
    gpu,
    stop: stop.signal,
    onStarts: () => stop.abort(),
  });
  const { replicates } = result.bootstrap!;
  return { replicates, handedOn, starts: many.starts!.tried, bytes: await liveBytes() };
}

/** Bytes of GPU buffers that are still alive. */
export async function liveBytes(): Promise<number> {
  return allocatedBytes(await device).bytes;
}
