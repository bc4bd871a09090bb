import drawRowsSource from "../../../../shaders/batch/draw_rows.wgsl?raw";
import quasiNewtonSource from "../../../../shaders/batch/quasi_newton.wgsl?raw";
import sampleMomentsSource from "../../../../shaders/batch/sample_moments.wgsl?raw";
import sumRowsSource from "../../../../shaders/batch/sum_rows.wgsl?raw";
import philoxSource from "../../../../shaders/lib/philox.wgsl?raw";
import type { Kernel } from "../../gpu/kernel.ts";

// The manifest of shaders/batch: the only module that imports them.

export const drawRows = {
  label: "draw_rows",
  source: drawRowsSource,
  library: [{ label: "lib/philox", source: philoxSource }],
  constants: { WORKGROUP: 64 },
  bindings: { draws: "uniform", drawn: "array" },
  uniforms: {
    replicates: "u32",
    rows: "u32",
    blocks: "u32",
    first: "u32",
    stream: "u32",
    key0: "u32",
    key1: "u32",
  },
} as const satisfies Kernel;

export const sumRows = {
  label: "sum_rows",
  source: sumRowsSource,
  constants: { WORKGROUP: 64 },
  bindings: { extent: "uniform", drawn: "table", table: "table", sums: "array" },
  uniforms: { replicates: "u32", rows: "u32", blocks: "u32", quads: "u32" },
} as const satisfies Kernel;

export const sampleMoments = {
  label: "sample_moments",
  source: sampleMomentsSource,
  constants: { WORKGROUP: 64 },
  bindings: { group: "uniform", sums: "table", mean: "table", samples: "array" },
  uniforms: {
    replicates: "u32",
    rows: "u32",
    quads: "u32",
    k: "u32",
    covariance_place: "u32",
    mean_place: "i32",
  },
} as const satisfies Kernel;

/** Needs the model's own part (`modelPart`). */
export const quasiNewton = {
  label: "quasi_newton",
  source: quasiNewtonSource,
  constants: { WORKGROUP: 64, OWN_STARTS: 0 },
  bindings: {
    settings: "uniform",
    samples: "table",
    starts: "table",
    inverse_hessian: "table",
    results: "array",
    outcome: "array",
  },
  uniforms: { problems: "u32", evaluations: "u32", tolerance: "f32", noise: "f32" },
} as const satisfies Kernel;
