import blockSource from "../../../../shaders/lib/block.wgsl?raw";
import productSource from "../../../../shaders/lib/product.wgsl?raw";
import reduceSource from "../../../../shaders/lib/reduce.wgsl?raw";
import registerTileSource from "../../../../shaders/lib/register_tile.wgsl?raw";
import smallCholeskySource from "../../../../shaders/lib/small_cholesky.wgsl?raw";
import tileSource from "../../../../shaders/lib/tile.wgsl?raw";
import workgroupTileSource from "../../../../shaders/lib/workgroup_tile.wgsl?raw";
import choleskyDiagonalSource from "../../../../shaders/linalg/cholesky_diagonal.wgsl?raw";
import choleskyPanelSource from "../../../../shaders/linalg/cholesky_panel.wgsl?raw";
import combineSource from "../../../../shaders/linalg/combine.wgsl?raw";
import innerProductTermsSource from "../../../../shaders/linalg/inner_product_terms.wgsl?raw";
import likelihoodTermsSource from "../../../../shaders/linalg/likelihood_terms.wgsl?raw";
import logDeterminantSource from "../../../../shaders/linalg/log_determinant.wgsl?raw";
import matmulSource from "../../../../shaders/linalg/matmul.wgsl?raw";
import matmulInPlaceSource from "../../../../shaders/linalg/matmul_in_place.wgsl?raw";
import matmulOntoLeftSource from "../../../../shaders/linalg/matmul_onto_left.wgsl?raw";
import sumSource from "../../../../shaders/linalg/sum.wgsl?raw";
import type { Kernel, LibraryPart } from "../kernel.ts";

// The manifest of shaders/linalg: the only module that imports them.

const block = { label: "lib/block", source: blockSource };
const tile = { label: "lib/tile", source: tileSource };
const product = { label: "lib/product", source: productSource };
const reduce = { label: "lib/reduce", source: reduceSource };
const smallCholesky = { label: "lib/small_cholesky", source: smallCholeskySource };

/** Invocations in x and y of the kernels made of 8×8 tiles: a workgroup computes a 64×64 square. */
const TILES = 8;

const productUniforms = {
  rows: "u32",
  columns: "u32",
  inner: "u32",
  first_group: "u32",
  left_origin: "u32",
  left_row_step: "u32",
  left_column_step: "u32",
  left_batch_step: "u32",
  left_shape: "u32",
  right_origin: "u32",
  right_row_step: "u32",
  right_column_step: "u32",
  right_batch_step: "u32",
  right_shape: "u32",
  result_origin: "u32",
  result_row_step: "u32",
  result_batch_step: "u32",
  result_shape: "u32",
  alpha: "f32",
  beta: "f32",
  diagonal: "f32",
  flag: "u32",
} as const;

const matmul = {
  label: "matmul",
  source: matmulSource,
  library: [block, tile, product],
  constants: { WORKGROUP_X: TILES, WORKGROUP_Y: TILES },
  bindings: {
    sizes: "dynamicUniform",
    status: "table",
    left_matrix: "table",
    right_matrix: "table",
    result: "array",
  },
  uniforms: productUniforms,
} as const satisfies Kernel;

const matmulInPlace = {
  label: "matmul_in_place",
  source: matmulInPlaceSource,
  library: [block, tile, product],
  constants: { WORKGROUP_X: TILES, WORKGROUP_Y: TILES },
  bindings: { sizes: "dynamicUniform", status: "table", matrix: "array" },
  uniforms: productUniforms,
} as const satisfies Kernel;

const matmulOntoLeft = {
  label: "matmul_onto_left",
  source: matmulOntoLeftSource,
  library: [block, tile, product],
  constants: { WORKGROUP_X: TILES, WORKGROUP_Y: TILES },
  bindings: { sizes: "dynamicUniform", status: "table", right_matrix: "table", matrix: "array" },
  uniforms: productUniforms,
} as const satisfies Kernel;

const choleskyDiagonal = {
  label: "cholesky_diagonal",
  source: choleskyDiagonalSource,
  library: [smallCholesky],
  constants: { BLOCK: 8 * TILES },
  bindings: {
    sizes: "dynamicUniform",
    matrix: "array",
    inverse: "array",
    scale: "array",
    status: "array",
  },
  uniforms: {
    order: "u32",
    start: "u32",
    origin: "u32",
    row_step: "u32",
    inverse_origin: "u32",
    inverse_row_step: "u32",
    flag: "u32",
    tolerance: "f32",
  },
} as const satisfies Kernel;

const choleskyPanel = {
  label: "cholesky_panel",
  source: choleskyPanelSource,
  library: [block, tile],
  constants: { WORKGROUP_X: TILES, WORKGROUP_Y: TILES },
  bindings: { sizes: "dynamicUniform", status: "table", inverse: "table", matrix: "array" },
  uniforms: {
    rows: "u32",
    block: "u32",
    origin: "u32",
    row_step: "u32",
    inverse_origin: "u32",
    inverse_row_step: "u32",
    flag: "u32",
  },
} as const satisfies Kernel;

const logDeterminant = {
  label: "log_determinant",
  source: logDeterminantSource,
  library: [reduce],
  constants: { WORKGROUP: 64 },
  bindings: { sizes: "dynamicUniform", status: "table", factor: "table", values: "array" },
  uniforms: { order: "u32", origin: "u32", row_step: "u32", slot: "u32", flag: "u32" },
} as const satisfies Kernel;

const sum = {
  label: "sum",
  source: sumSource,
  library: [reduce],
  constants: { WORKGROUP: 64 },
  bindings: { sizes: "dynamicUniform", status: "table", partial: "table", values: "array" },
  uniforms: { count: "u32", slot: "u32", flag: "u32", factor: "f32" },
} as const satisfies Kernel;

const innerProductTerms = {
  label: "inner_product_terms",
  source: innerProductTermsSource,
  constants: { WORKGROUP: 64 },
  bindings: {
    sizes: "dynamicUniform",
    status: "table",
    left_matrix: "table",
    right_matrix: "table",
    partial: "array",
  },
  uniforms: {
    rows: "u32",
    columns: "u32",
    strip_rows: "u32",
    left_origin: "u32",
    left_row_step: "u32",
    left_column_step: "u32",
    right_origin: "u32",
    right_row_step: "u32",
    right_column_step: "u32",
    flag: "u32",
  },
} as const satisfies Kernel;

const likelihoodTerms = {
  label: "likelihood_terms",
  source: likelihoodTermsSource,
  constants: { WORKGROUP: 64 },
  bindings: { sizes: "dynamicUniform", status: "table", triangle: "table", partial: "array" },
  uniforms: { order: "u32", strip_rows: "u32", origin: "u32", row_step: "u32", flag: "u32" },
} as const satisfies Kernel;

const combine = {
  label: "combine",
  source: combineSource,
  constants: { WORKGROUP: 64, STRIP: 8 },
  bindings: {
    sizes: "dynamicUniform",
    status: "table",
    left_matrix: "table",
    right_matrix: "table",
    result: "array",
  },
  uniforms: {
    rows: "u32",
    columns: "u32",
    left_origin: "u32",
    left_row_step: "u32",
    left_column_step: "u32",
    right_origin: "u32",
    right_row_step: "u32",
    right_column_step: "u32",
    result_origin: "u32",
    result_row_step: "u32",
    alpha: "f32",
    beta: "f32",
    diagonal: "f32",
    lower: "u32",
    flag: "u32",
  },
} as const satisfies Kernel;

/** How a kind of adapter computes best. */
export interface Style {
  /** How 8×8 tiles of a product are computed: the library part that the kernels made of tiles are compiled with. */
  readonly tile: LibraryPart;
  /** Override constants that differ from the manifest's, of kernels made of tiles and of `cholesky_diagonal`. */
  readonly tileConstants: Readonly<Record<string, number>>;
  readonly diagonalConstants: Readonly<Record<string, number>>;
  /** Cholesky factorisations look left: fewest stores. Right: most invocations at work. */
  readonly leftLooking: boolean;
}

/** On the CPU: few lanes, dear stores and barriers, cheap dispatches. */
const software: Style = {
  tile: { label: "lib/register_tile", source: registerTileSource },
  tileConstants: { WORKGROUP_X: TILES / 2, WORKGROUP_Y: TILES / 2 },
  diagonalConstants: { BLOCK: 4 * TILES },
  leftLooking: true,
};

const hardware: Style = {
  tile: { label: "lib/workgroup_tile", source: workgroupTileSource },
  tileConstants: {},
  diagonalConstants: {},
  leftLooking: false,
};

export const styles = { software, hardware };

/** Every kernel of shaders/linalg by its TypeScript name. */
export const kernels = {
  matmul,
  matmulInPlace,
  matmulOntoLeft,
  choleskyDiagonal,
  choleskyPanel,
  logDeterminant,
  sum,
  innerProductTerms,
  likelihoodTerms,
  combine,
};
