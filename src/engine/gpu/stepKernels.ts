import lbfgsStepSource from "../../../shaders/lbfgs_step.wgsl?raw";
import progressLibrary from "../../../shaders/lib/progress.wgsl?raw";
import type { Kernel, UniformFields } from "./kernel.ts";

// The manifest of L-BFGS, the optimiser of every fit, and what firstOrderKernel.ts shares with it.

export const PROGRESS_LIBRARY = [{ label: "lib/progress", source: progressLibrary }];

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

export const STEP_SETTINGS = {
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
  library: PROGRESS_LIBRARY,
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
