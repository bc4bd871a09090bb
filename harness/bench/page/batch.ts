import { createGpuBatch, type ShapeName } from "../../../src/engine/batch/gpu/gpuBatch.ts";
import type { GpuBackend } from "../../../src/engine/engine.ts";
import { webgpu } from "../../../src/engine/gpu/backend.ts";
import { dataSetFor } from "../../../src/data/dataSet.ts";
import { readData } from "../../../src/data/readData.ts";
import { parseModel } from "../../../src/model/parseModel.ts";
import { bootstrap } from "../../../src/statistics/bootstrap.ts";
import { fit } from "../../../src/statistics/fit.ts";
import { pageDevice } from "./evaluate.ts";

/** A bootstrap on WebGPU. */
export interface GpuBootstrap {
  /** The whole call, with everything that it compiles and all statistics. */
  readonly seconds: number;
  readonly converged: number;
  readonly description: string;
  readonly deviations: readonly (number | undefined)[];
}

/** Bootstraps a model in this page, on its one device, by one of its kernels: the first call compiles, later ones do not. */
export async function bootstrapInPage(
  modelText: string,
  dataText: string,
  replicates: number,
  shape: ShapeName,
): Promise<GpuBootstrap> {
  const model = parseModel(modelText);
  const data = dataSetFor(model, readData(dataText));
  const fitted = await fit(model, data);
  const device = await pageDevice();
  const gpu: GpuBackend = {
    ...webgpu(device),
    createBatch: (setup, float64, options) => createGpuBatch(device, setup, float64, options, shape),
  };
  const began = performance.now();
  const { result } = await bootstrap(model, data, fitted, { replicates, backend: "webgpu", gpu });
  const seconds = (performance.now() - began) / 1000;
  const { converged, backend } = result.bootstrap!;
  if (backend.kind !== "webgpu") throw new Error(`the bootstrap ran on ${backend.kind}: ${backend.reason}`);
  const deviations = result.parameters.map((row) => row.bootstrapStandardError);
  return { seconds, converged, description: backend.description, deviations };
}
