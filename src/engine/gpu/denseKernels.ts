import pathTriangleSource from "../../../shaders/path_triangle.wgsl?raw";
import triangleInverseSource from "../../../shaders/triangle_inverse.wgsl?raw";
import loadingRowsSource from "../../../shaders/loading_rows.wgsl?raw";
import loadingGradientSource from "../../../shaders/loading_gradient.wgsl?raw";
import { GRAPH_FIELDS } from "../../plan/tables.ts";
import { GRAPH_LIBRARY, RANGE_BINDINGS } from "./graphKernel.ts";
import type { Kernel } from "./kernel.ts";

// The manifest of the kernels that only the covariance method with dense paths runs.

export const pathTriangle = {
  label: "path_triangle",
  source: pathTriangleSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...RANGE_BINDINGS, value: "table", triangle: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const triangleInverse = {
  label: "triangle_inverse",
  source: triangleInverseSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64, BLOCK: 32 },
  bindings: { graph: "uniform", range: "dynamicUniform", triangle: "table", inverse: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const loadingRows = {
  label: "loading_rows",
  source: loadingRowsSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...RANGE_BINDINGS, value: "table", loadings: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;

export const loadingGradient = {
  label: "loading_gradient",
  source: loadingGradientSource,
  library: GRAPH_LIBRARY,
  constants: { WORKGROUP: 64 },
  bindings: { ...RANGE_BINDINGS, cross: "table", adjoint: "table", derivative: "array" },
  uniforms: GRAPH_FIELDS,
} as const satisfies Kernel;
