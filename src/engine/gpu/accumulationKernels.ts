import sourceMixSource from "../../../shaders/source_mix.wgsl?raw";
import gradientScatterSource from "../../../shaders/gradient_scatter.wgsl?raw";
import accumulationBackwardSource from "../../../shaders/accumulation_backward.wgsl?raw";
import accumulationGradientSource from "../../../shaders/accumulation_gradient.wgsl?raw";
import { GRAPH_FIELDS } from "../../plan/tables.ts";
import { GRAPH_BINDINGS, GRAPH_LIBRARY, RANGE_BINDINGS } from "./graphKernel.ts";
import type { Kernel } from "./kernel.ts";

// The manifest of the kernels that only the accumulation method runs.

export const sourceMix = {
  label: "source_mix",
  source: sourceMixSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...GRAPH_BINDINGS, value: "table", effects: "table", mixed: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const gradientScatter = {
  label: "gradient_scatter",
  source: gradientScatterSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...GRAPH_BINDINGS, gradient: "table", scattered: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const accumulationBackward = {
  label: "accumulation_backward",
  source: accumulationBackwardSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 16 },
  bindings: { ...RANGE_BINDINGS, value: "table", adjoint: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const accumulationGradient = {
  label: "accumulation_gradient",
  source: accumulationGradientSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64, UNIT: 0 },
  bindings: { ...RANGE_BINDINGS, value: "table", effects: "table", adjoint: "table", derivative: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;
