import districtCrossSource from "../../../shaders/district_cross.wgsl?raw";
import districtErrorsSource from "../../../shaders/district_errors.wgsl?raw";
import districtGradientSource from "../../../shaders/district_gradient.wgsl?raw";
import districtLikelihoodSource from "../../../shaders/district_likelihood.wgsl?raw";
import districtMomentsSource from "../../../shaders/district_moments.wgsl?raw";
import districtTotalSource from "../../../shaders/district_total.wgsl?raw";
import { GRAPH_FIELDS } from "../../plan/tables.ts";
import { GRAPH_BINDINGS, GRAPH_LIBRARY, RANGE_BINDINGS } from "./graphKernel.ts";
import type { Kernel } from "./kernel.ts";

// The manifest of the district form's kernels.

export const districtErrors = {
  label: "district_errors",
  source: districtErrorsSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...RANGE_BINDINGS, value: "table", errors: "array", status: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const districtCross = {
  label: "district_cross",
  source: districtCrossSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...GRAPH_BINDINGS, value: "table", sample: "table", cross: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const districtMoments = {
  label: "district_moments",
  source: districtMomentsSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...GRAPH_BINDINGS, value: "table", cross: "table", moments: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const districtLikelihood = {
  label: "district_likelihood",
  source: districtLikelihoodSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64, LARGEST: 16 },
  bindings: {
    ...RANGE_BINDINGS,
    errors: "array",
    moments: "array",
    difference: "array",
    adjoint: "array",
    evaluation: "array",
    status: "array",
  },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const districtGradient = {
  label: "district_gradient",
  source: districtGradientSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: {
    ...RANGE_BINDINGS,
    value: "table",
    cross: "table",
    errors: "table",
    adjoint: "table",
    derivative: "array",
  },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const districtTotal = {
  label: "district_total",
  source: districtTotalSource,
  constants: {},
  bindings: { sizes: "uniform", evaluation: "array", status: "array" },
  uniforms: { districts: "u32", large: "u32", log_det_sample: "f32" },
} as const satisfies Kernel;
