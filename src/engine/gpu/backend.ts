import type { GpuBackend } from "../engine.ts";
import { adapterName, isSoftware } from "./device.ts";
import { gpuObstacle } from "./obstacle.ts";

/** What compiling the kernels of a new model has been seen to take on hardware adapters. */
const COMPILE_SECONDS = 0.3;

/**
 * Lets `fit` use a device that the caller owns: `fit(model, data, { gpu: webgpu(device) })`.
 * The device is used and nothing more: never reconfigured, never destroyed.
 */
export function webgpu(device: GPUDevice): GpuBackend {
  return {
    adapter: adapterName(device),
    hardware: !isSoftware(device),
    startSeconds: COMPILE_SECONDS,
    obstacle: gpuObstacle,
    // Kernels and their host code are a third of the package: a page that never needs them never fetches them.
    createEngine: async (problem, method) => {
      const { createGpuEngine } = await import("./engine.ts");
      return createGpuEngine(device, problem, { method });
    },
    createBatch: async (setup, float64, options) => {
      const { createGpuBatch } = await import("../batch/gpu/gpuBatch.ts");
      return createGpuBatch(device, setup, float64, options);
    },
  };
}
