import entryValuesSource from "../../../shaders/entry_values.wgsl?raw";
import parameterGradientSource from "../../../shaders/parameter_gradient.wgsl?raw";
import { GRAPH_FIELDS } from "../../plan/tables.ts";
import { GRAPH_LIBRARY, RANGE_BINDINGS } from "./graphKernel.ts";
import type { Kernel } from "./kernel.ts";

// The manifest of the kernels that every method runs. Only manifests import shaders: this, accumulationKernels.ts,
// denseKernels.ts, districtKernels.ts, momentKernels.ts, stepKernels.ts, firstOrderKernel.ts, discrepancies.ts,
// linalg/kernels.ts. What is run by some models only has a manifest to itself, so that pages fetch it with those models.

export const entryValues = {
  label: "entry_values",
  source: entryValuesSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...RANGE_BINDINGS, constant: "table", theta: "table", value: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const parameterGradient = {
  label: "parameter_gradient",
  source: parameterGradientSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...RANGE_BINDINGS, constant: "table", derivative: "table", slope: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;
