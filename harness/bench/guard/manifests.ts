import * as accumulationKernels from "../../../src/engine/gpu/accumulationKernels.ts";
import * as denseKernels from "../../../src/engine/gpu/denseKernels.ts";
import * as districtKernels from "../../../src/engine/gpu/districtKernels.ts";
import * as firstOrderKernel from "../../../src/engine/gpu/firstOrderKernel.ts";
import type { Kernel } from "../../../src/engine/gpu/kernel.ts";
import * as graphKernels from "../../../src/engine/gpu/kernels.ts";
import * as momentKernels from "../../../src/engine/gpu/momentKernels.ts";
import * as stepKernels from "../../../src/engine/gpu/stepKernels.ts";

const MANIFESTS: Readonly<Record<string, unknown>> = {
  ...graphKernels,
  ...accumulationKernels,
  ...denseKernels,
  ...districtKernels,
  ...momentKernels,
  ...stepKernels,
  ...firstOrderKernel,
};

/** The kernels of `shaders/` itself: those that evaluate one model and step through its fit. */
export const modelKernels: readonly Kernel[] = Object.values(MANIFESTS).filter(isKernel);

export function isKernel(value: unknown): value is Kernel {
  return typeof value === "object" && value !== null && "source" in value && "bindings" in value;
}
