import firstOrderStepSource from "../../../shaders/first_order_step.wgsl?raw";
import type { Kernel } from "./kernel.ts";
import { PROGRESS_LIBRARY, STEP_SETTINGS } from "./stepKernels.ts";

export const firstOrderStep = {
  label: "first_order_step",
  source: firstOrderStepSource,
  library: PROGRESS_LIBRARY,
  constants: { WORKGROUP: 64, RULE: 0 },
  bindings: {
    settings: "uniform",
    slope: "table",
    evaluation: "table",
    status: "table",
    theta: "array",
    vectors: "array",
    progress: "array",
  },
  uniforms: STEP_SETTINGS,
} as const satisfies Kernel;
