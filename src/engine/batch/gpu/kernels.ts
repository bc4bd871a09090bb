import drawRowsSource from "../../../../shaders/batch/draw_rows.wgsl?raw";
import quasiNewtonSource from "../../../../shaders/batch/quasi_newton.wgsl?raw";
import quasiNewtonWorkgroupSource from "../../../../shaders/batch/quasi_newton_workgroup.wgsl?raw";
import sampleMomentsSource from "../../../../shaders/batch/sample_moments.wgsl?raw";
import sumRowsSource from "../../../../shaders/batch/sum_rows.wgsl?raw";
import philoxSource from "../../../../shaders/lib/philox.wgsl?raw";
import reduceVectorSource from "../../../../shaders/lib/reduce_vector.wgsl?raw";
import searchSource from "../../../../shaders/lib/search.wgsl?raw";
import workgroupGradientSource from "../../../../shaders/lib/workgroup_gradient.wgsl?raw";
import workgroupLikelihoodSource from "../../../../shaders/lib/workgroup_likelihood.wgsl?raw";
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

const SEARCH = { label: "lib/search", source: searchSource };

/** Needs the model's own part (`modelPart`). */
export const quasiNewton = {
  label: "quasi_newton",
  source: quasiNewtonSource,
  library: [SEARCH],
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

/** Needs the sizes of a model (`packWorkgroupTables`) in place of the ones. */
export const quasiNewtonWorkgroup = {
  label: "quasi_newton_workgroup",
  source: quasiNewtonWorkgroupSource,
  library: [
    SEARCH,
    { label: "lib/reduce_vector", source: reduceVectorSource },
    { label: "lib/workgroup_likelihood", source: workgroupLikelihoodSource },
    { label: "lib/workgroup_gradient", source: workgroupGradientSource },
  ],
  constants: {
    WORKGROUP: 32,
    OWN_STARTS: 0,
    PARAMETERS: 1,
    MOMENTS: 1,
    GROUPS: 1,
    VARIABLES: 1,
    OBSERVED: 1,
    VALUES: 1,
    CELLS: 1,
    HISTORY: 1,
  },
  bindings: {
    settings: "uniform",
    tables: "table",
    factors: "table",
    samples: "table",
    starts: "table",
    inverse_hessian: "table",
    history: "array",
    results: "array",
    outcome: "array",
  },
  uniforms: quasiNewton.uniforms,
} as const satisfies Kernel;
