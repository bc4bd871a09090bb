import type { Evaluation, Method, Problem } from "../../../src/engine/engine.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { createGpuEngine } from "../../../src/engine/gpu/engine.ts";
import { estimate } from "../../../src/fit/estimate.ts";

let device: Promise<GPUDevice> | undefined;

/** The page's one device. */
export function pageDevice(): Promise<GPUDevice> {
  device ??= requestDevice();
  return device;
}

/** F and its gradient in float32 on the GPU, by each method; `null` where an engine could not be made, with the reason. */
export async function evaluateByMethods(
  problem: Problem,
  theta: Float64Array,
  methods: readonly Method[],
): Promise<(Evaluation | { readonly obstacle: string })[]> {
  const results: (Evaluation | { readonly obstacle: string })[] = [];
  for (const method of methods) {
    try {
      using engine = await createGpuEngine(await pageDevice(), problem, { method });
      const used = engine.backend.method;
      results.push(used === method ? await engine.evaluate(theta) : { obstacle: `computed by ${used}` });
    } catch (error) {
      results.push({ obstacle: error instanceof Error ? error.message : String(error) });
    }
  }
  return results;
}

/** The θ where float32 L-BFGS stops from `start`, for a problem in unit variances. */
export async function minimiseOnGpu(
  problem: Problem,
  start: Float64Array,
): Promise<{ theta: Float64Array; status: string; iterations: number }> {
  using engine = await createGpuEngine(await pageDevice(), problem, {});
  const { theta, status, iterations } = await engine.iterate({
    start,
    optimiser: "lbfgs",
    maxIterations: 1000,
    tolerance: 1e-4,
  });
  return { theta, status, iterations };
}

/** What a whole fit on this page's GPU came to: float32 iterations, then the float64 polish, in the user's units. */
export interface GpuEstimate {
  readonly theta: Float64Array;
  readonly converged: boolean;
  readonly iterations: { readonly engine: number; readonly polish: number };
}

/** Further starts that an estimate may try where one fails: enough to tell, and few enough to wait for. */
const RETRIES = 2;

/** Estimates on this page's GPU, polish and retries included. */
export async function estimateOnGpu(problem: Problem): Promise<GpuEstimate> {
  const device = await pageDevice();
  const { theta, converged, iterations } = await estimate(problem, {
    createEngine: (scaled) => createGpuEngine(device, scaled, {}),
    retries: RETRIES,
  });
  return { theta, converged, iterations };
}
