import covarianceBackwardSource from "../../../shaders/covariance_backward.wgsl?raw";
import covarianceForwardSource from "../../../shaders/covariance_forward.wgsl?raw";
import covarianceGradientSource from "../../../shaders/covariance_gradient.wgsl?raw";
import discrepancyAdjointSource from "../../../shaders/discrepancy_adjoint.wgsl?raw";
import discrepancySumSource from "../../../shaders/discrepancy_sum.wgsl?raw";
import discrepancyTotalSource from "../../../shaders/discrepancy_total.wgsl?raw";
import discrepancyLibrary from "../../../shaders/lib/discrepancy.wgsl?raw";
import observedDifferenceSource from "../../../shaders/observed_difference.wgsl?raw";
import rowProductsSource from "../../../shaders/row_products.wgsl?raw";
import sourceCovarianceSource from "../../../shaders/source_covariance.wgsl?raw";
import sweepInverseSource from "../../../shaders/sweep_inverse.wgsl?raw";
import totalEffectsSource from "../../../shaders/total_effects.wgsl?raw";
import { GRAPH_FIELDS } from "../../plan/tables.ts";
import { GRAPH_BINDINGS, GRAPH_LIBRARY, RANGE_BINDINGS } from "./graphKernel.ts";
import type { Kernel } from "./kernel.ts";
import { MOST_SWEPT } from "./sweep.ts";

// The manifest of the covariance method, and of discrepancies of Σ.

const DISCREPANCY_LIBRARY = [{ label: "lib/discrepancy", source: discrepancyLibrary }];

export const totalEffects = {
  label: "total_effects",
  source: totalEffectsSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 16 },
  bindings: { ...RANGE_BINDINGS, value: "table", effects: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const sourceCovariance = {
  label: "source_covariance",
  source: sourceCovarianceSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...GRAPH_BINDINGS, value: "table", effects: "table", cross: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const covarianceForward = {
  label: "covariance_forward",
  source: covarianceForwardSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 16 },
  bindings: { ...RANGE_BINDINGS, value: "table", cross: "table", covariance: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const observedDifference = {
  label: "observed_difference",
  source: observedDifferenceSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64, COLUMNS: 0, SUBTRACTED: 1 },
  bindings: { ...GRAPH_BINDINGS, covariance: "table", sample: "table", difference: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const covarianceBackward = {
  label: "covariance_backward",
  source: covarianceBackwardSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 16 },
  bindings: { ...RANGE_BINDINGS, value: "table", gradient: "table", adjoint: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const covarianceGradient = {
  label: "covariance_gradient",
  source: covarianceGradientSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64, DENSE: 0 },
  bindings: {
    ...RANGE_BINDINGS,
    value: "table",
    effects: "table",
    cross: "table",
    covariance: "table",
    adjoint: "table",
    products: "table",
    derivative: "array",
  },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const sweepInverse = {
  label: "sweep_inverse",
  source: sweepInverseSource,
  constants: { WORKGROUP: MOST_SWEPT / 4, MULTIPLE: 1, FLAG: 0 },
  bindings: {
    sizes: "uniform",
    difference: "table",
    sample: "table",
    inverse: "array",
    evaluation: "array",
    status: "array",
  },
  uniforms: { size: "u32", blocks: "u32" },
} as const satisfies Kernel;

export const rowProducts = {
  label: "row_products",
  source: rowProductsSource,
  constants: { WORKGROUP: 8 },
  bindings: { sizes: "uniform", left: "table", right: "table", result: "array" },
  uniforms: { size: "u32", quads: "u32" },
} as const satisfies Kernel;

const DISCREPANCY_INPUTS = { size: "u32", stride: "u32", log_det_sample: "f32" } as const;

const DISCREPANCY_BINDINGS = {
  inputs: "uniform",
  difference: "table",
  sample: "table",
  sigma_inverse: "table",
  sample_inverse: "table",
  mixed_inverse: "table",
} as const;

export const discrepancySum = {
  label: "discrepancy_sum",
  source: discrepancySumSource,
  library: DISCREPANCY_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...DISCREPANCY_BINDINGS, sandwich: "table", evaluation: "array" },
  uniforms: DISCREPANCY_INPUTS,
} as const satisfies Kernel;

export const discrepancyTotal = {
  label: "discrepancy_total",
  source: discrepancyTotalSource,
  library: DISCREPANCY_LIBRARY,
  constants: {},
  bindings: { inputs: "uniform", evaluation: "array" },
  uniforms: DISCREPANCY_INPUTS,
} as const satisfies Kernel;

export const discrepancyAdjoint = {
  label: "discrepancy_adjoint",
  source: discrepancyAdjointSource,
  library: DISCREPANCY_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...DISCREPANCY_BINDINGS, evaluation: "table", gradient: "array" },
  uniforms: DISCREPANCY_INPUTS,
} as const satisfies Kernel;
