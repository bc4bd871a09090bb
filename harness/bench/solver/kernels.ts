import { GRAPH_LIBRARY } from "../../../src/engine/gpu/graphKernel.ts";
import type { Kernel } from "../../../src/engine/gpu/kernel.ts";
import layerAdjointSource from "./layer_adjoint.wgsl?raw";
import layerCovarianceSource from "./layer_covariance.wgsl?raw";
import layerEffectsSource from "./layer_effects.wgsl?raw";
import peakArithmeticSource from "./peak_arithmetic.wgsl?raw";
import peakCopySource from "./peak_copy.wgsl?raw";

// The manifest of kernels that only benchmarks use.

export const peakArithmetic = {
  label: "peak_arithmetic",
  source: peakArithmeticSource,
  constants: { WORKGROUP: 64, STEPS: 1024 },
  bindings: { factors: "uniform", sink: "array" },
  uniforms: { scale: "f32", shift: "f32" },
} as const satisfies Kernel;

/** Multiply-adds of an invocation of `peakArithmetic`: eight chains of vec4f. */
export const PEAK_MULTIPLY_ADDS = 32 * peakArithmetic.constants.STEPS;

export const peakCopy = {
  label: "peak_copy",
  source: peakCopySource,
  constants: { WORKGROUP: 64, STRIP: 16 },
  bindings: { source: "table", copy: "array" },
} as const satisfies Kernel;

/** Fields of the struct `Layer`: a range of the variables, which are listed layer by layer. */
export const LAYER_FIELDS = { first: "u32", count: "u32" } as const;

const LAYER_BINDINGS = {
  graph: "uniform",
  layer: "dynamicUniform",
  tables: "table",
  members: "table",
  value: "table",
} as const;

const WORKGROUP = 16;

export const layerEffects = {
  label: "layer_effects",
  source: layerEffectsSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP },
  bindings: { ...LAYER_BINDINGS, effects: "array" },
} as const satisfies Kernel;

export const layerCovariance = {
  label: "layer_covariance",
  source: layerCovarianceSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP },
  bindings: { ...LAYER_BINDINGS, cross: "table", covariance: "array" },
} as const satisfies Kernel;

export const layerAdjoint = {
  label: "layer_adjoint",
  source: layerAdjointSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP },
  bindings: { ...LAYER_BINDINGS, gradient: "table", adjoint: "array" },
} as const satisfies Kernel;
