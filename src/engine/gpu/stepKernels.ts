import firstOrderStepSource from "../../../shaders/first_order_step.wgsl?raw";
import lbfgsStepSource from "../../../shaders/lbfgs_step.wgsl?raw";
import progressLibrary from "../../../shaders/lib/progress.wgsl?raw";
import type { Kernel, UniformFields } from "./kernel.ts";

// The manifest of the optimisers' kernels.

/** Fields of the struct `Progress` in shaders/lib/progress.wgsl. */
export const PROGRESS_FIELDS = {
  status: "u32",
  iteration: "u32",
  evaluations: "u32",
  value: "f32",
  norm: "f32",
  step: "f32",
  slope: "f32",
  attempts: "u32",
  pairs: "u32",
  slot: "u32",
  best_norm: "f32",
  best_iteration: "u32",
} as const satisfies UniformFields;

const STEP_SETTINGS = {
  parameters: "u32",
  iterations: "u32",
  tolerance: "f32",
  noise: "f32",
  floor: "f32",
  rate: "f32",
  momentum: "f32",
  schedule: "u32",
} as const satisfies UniformFields;

export const lbfgsStep = {
  label: "lbfgs_step",
  source: lbfgsStepSource,
  library: [{ label: "lib/progress", source: progressLibrary }],
  constants: { WORKGROUP: 64 },
  bindings: {
    settings: "uniform",
    slope: "table",
    evaluation: "table",
    status: "table",
    theta: "array",
    vectors: "array",
    gram: "array",
    partial: "array",
    progress: "array",
  },
  uniforms: STEP_SETTINGS,
} as const satisfies Kernel;

export const firstOrderStep = {
  label: "first_order_step",
  source: firstOrderStepSource,
  library: [{ label: "lib/progress", source: progressLibrary }],
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
