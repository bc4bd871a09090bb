/** Checks of products and of the reductions over matrices, for linalg.test.ts. */
import { multiply as multiplyFloat64 } from "../../../src/engine/cpu/linalg.ts";
import { combine } from "../../../src/engine/gpu/linalg/combine.ts";
import { multiply } from "../../../src/engine/gpu/linalg/multiply.ts";
import { innerProduct } from "../../../src/engine/gpu/linalg/reduce.ts";
import {
  matrixView,
  shaped,
  transposed,
  type MatrixView,
  type Shape,
} from "../../../src/engine/gpu/linalg/view.ts";
import {
  onBench,
  poisoned,
  randomMatrix,
  transpose,
  triangle,
  worst,
  type Bench,
  type StyleName,
} from "./linalg.ts";

export interface ProductCase {
  readonly style: StyleName;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeLeft?: boolean;
  readonly transposeRight?: boolean;
  /** Triangles are square, and hold NaN where they must not be read. */
  readonly leftShape?: Shape;
  readonly rightShape?: Shape;
  readonly result?: "full" | "lower" | "symmetric";
  readonly alpha?: number;
  readonly beta?: number;
  readonly diagonal?: number;
  /** Which matrices lie in one buffer. */
  readonly shared?: "none" | "left" | "all";
  readonly operationsPerDispatch?: number;
}

/**
 * Largest error of a product, in units of float32 rounding of Σ_k |a_ik||b_kj| + |β c_ij| + |δ|; elements of the result
 * that had to stay as they were and did not; and the number of dispatches.
 */
export function productError(
  given: ProductCase,
): Promise<{ error: number; trespasses: number; dispatches: number }> {
  return onBench(given.style, (bench) => measureProduct(bench, given), given.operationsPerDispatch);
}

interface Factor {
  /** What the factor means: zeros outside its shape. */
  readonly dense: Float64Array;
  /** What memory holds. */
  readonly stored: Float64Array;
  readonly storedRows: number;
  readonly storedColumns: number;
}

function factor(rows: number, columns: number, seed: number, shape: Shape, isTransposed: boolean): Factor {
  const values = randomMatrix(rows, columns, seed);
  const dense = shape === "full" ? values : triangle(values, rows, shape);
  const memory = shape === "full" ? values : poisoned(values, rows, shape);
  return isTransposed
    ? { dense, stored: transpose(memory, rows, columns), storedRows: columns, storedColumns: rows }
    : { dense, stored: memory, storedRows: rows, storedColumns: columns };
}

const MARGIN = 3;

async function measureProduct(bench: Bench, given: ProductCase): ReturnType<typeof productError> {
  const { rows, inner, columns, leftShape = "full", rightShape = "full", result: kind = "full" } = given;
  const { transposeLeft = false, transposeRight = false, shared = "none" } = given;
  const left = factor(rows, inner, 1, leftShape, transposeLeft);
  // A symmetric product is one of a matrix with its own transpose.
  const right =
    kind === "symmetric"
      ? { ...left, dense: transpose(left.dense, rows, inner) }
      : factor(inner, columns, 2, rightShape, transposeRight);
  const old = given.beta === undefined ? undefined : randomMatrix(rows, columns, 3);
  if (old && kind === "symmetric")
    for (let i = 0; i < old.length; i++) old[i] = old[transposedIndex(i, rows)]!;
  const placed = place(bench, [left, right], { rows, columns, old }, shared);
  const [leftView, rightView, resultView] = placed.views;
  const oriented = transposeLeft ? transposed(leftView) : leftView;
  const rightOriented = transposeRight ? transposed(rightView) : rightView;
  const work = multiply(bench.algebra, {
    left: shaped(oriented, leftShape),
    right: kind === "symmetric" ? transposed(shaped(oriented, leftShape)) : shaped(rightOriented, rightShape),
    result: kind === "lower" ? shaped(resultView, "lower") : resultView,
    symmetric: kind === "symmetric",
    ...(given.alpha !== undefined && { alpha: given.alpha }),
    ...(given.beta !== undefined && { beta: given.beta }),
    ...(given.diagonal !== undefined && { diagonal: given.diagonal }),
  });
  const before = await bench.read(resultView.buffer);
  await bench.run(work);
  const after = await bench.read(resultView.buffer);
  const expected = expectation(given, left.dense, right.dense, old);
  let error = 0;
  let trespasses = 0;
  for (let e = 0; e < after.length; e++) {
    const i = Math.floor((e - resultView.origin) / resultView.rowStep);
    const j = (e - resultView.origin) % resultView.rowStep;
    const isInside = e >= resultView.origin && i < rows && j < columns && (kind !== "lower" || j <= i);
    if (!isInside) {
      if (!Object.is(after[e], before[e])) trespasses++;
      continue;
    }
    const at = i * columns + j;
    const ratio = Math.abs(after[e]! - expected.value[at]!) / (2 ** -24 * expected.size[at]!);
    // A NaN is caught here: it is not below anything.
    if (!(ratio <= error)) error = ratio;
  }
  return { error, trespasses, dispatches: work.length };
}

function transposedIndex(index: number, n: number): number {
  const i = Math.floor(index / n);
  const j = index % n;
  return Math.max(i, j) * n + Math.min(i, j);
}

/** The three matrices in their buffers, each with a margin of NaN around it and a row step that is no multiple of 4. */
function place(
  bench: Bench,
  factors: readonly [Factor, Factor],
  result: { rows: number; columns: number; old: Float64Array | undefined },
  shared: "none" | "left" | "all",
): { views: [MatrixView, MatrixView, MatrixView] } {
  const sizes = [
    ...factors.map((f) => ({ rows: f.storedRows, columns: f.storedColumns, values: f.stored })),
    { rows: result.rows, columns: result.columns, values: result.old },
  ];
  const step = 2 * MARGIN + 1 + Math.max(...sizes.map((size) => size.columns));
  const groups = { none: [[0], [1], [2]], left: [[0, 2], [1]], all: [[0, 1, 2]] }[shared];
  const views: MatrixView[] = [];
  for (const group of groups) {
    const total = group.reduce((sum, index) => sum + (sizes[index]!.rows + MARGIN) * step, MARGIN * step);
    const content = new Float32Array(total).fill(Number.NaN);
    const origins = new Map<number, number>();
    let row = MARGIN;
    for (const index of group) {
      const { rows, columns, values } = sizes[index]!;
      const origin = row * step + MARGIN;
      origins.set(index, origin);
      for (let i = 0; i < (values ? rows : 0); i++) {
        content.set(values!.subarray(i * columns, (i + 1) * columns), origin + i * step);
      }
      row += rows + MARGIN;
    }
    const buffer = bench.owner.storage(`matrices ${group.join()}`, content);
    for (const [index, origin] of origins) {
      const { rows, columns } = sizes[index]!;
      views[index] = matrixView(buffer, rows, columns, { origin, rowStep: step });
    }
  }
  return { views: views as [MatrixView, MatrixView, MatrixView] };
}

function expectation(
  { rows, inner, columns, alpha = 1, beta = 0, diagonal = 0 }: ProductCase,
  left: Float64Array,
  right: Float64Array,
  old: Float64Array | undefined,
): { value: Float64Array; size: Float64Array } {
  const value = multiplyFloat64(left, right, rows, inner, columns);
  const size = multiplyFloat64(left.map(Math.abs), right.map(Math.abs), rows, inner, columns);
  for (let at = 0; at < value.length; at++) {
    const isDiagonal = Math.floor(at / columns) === at % columns;
    const rest = (old ? beta * old[at]! : 0) + (isDiagonal ? diagonal : 0);
    value[at] = alpha * value[at]! + rest;
    size[at] = Math.abs(alpha) * size[at]! + Math.abs(rest) + Math.abs(old ? beta * old[at]! : 0) + 1e-30;
  }
  return { value, size };
}

/** |⟨A, B⟩ − float64| / Σ|a||b| for A, B: rows×columns, and for B given transposed (tr AB). */
export function innerProductErrors(
  style: StyleName,
  rows: number,
  columns: number,
): Promise<{ straight: number; trace: number }> {
  return onBench(style, async (bench) => {
    const a = randomMatrix(rows, columns, 4);
    const b = randomMatrix(rows, columns, 5);
    const values = bench.matrix("values", 1, 2);
    const left = bench.matrix("left", rows, columns, a);
    const right = bench.matrix("right", rows, columns, b);
    const turned = bench.matrix("turned", columns, rows, transpose(b, rows, columns));
    await bench.run([
      ...innerProduct(bench.algebra, left, right, { buffer: values.buffer, slot: 0 }),
      ...innerProduct(bench.algebra, left, transposed(turned), { buffer: values.buffer, slot: 1 }),
    ]);
    const [straight, trace] = await bench.read(values);
    let exact = 0;
    let size = 0;
    for (let i = 0; i < a.length; i++) {
      exact += a[i]! * b[i]!;
      size += Math.abs(a[i]! * b[i]!);
    }
    return { straight: Math.abs(straight! - exact) / size, trace: Math.abs(trace! - exact) / size };
  });
}

/** Largest |R − (αA + βBᵀ + δI)| and of its copy's lower triangle, in units of the float32 rounding of the terms. */
export function combinationError(style: StyleName, rows: number, columns: number): Promise<number> {
  return onBench(style, async (bench) => {
    const a = randomMatrix(rows, columns, 6);
    const b = randomMatrix(rows, columns, 7);
    const left = bench.matrix("left", rows, columns, a);
    const right = bench.matrix("right", columns, rows, transpose(b, rows, columns));
    const result = bench.matrix("result", rows, columns);
    const copy = bench.matrix("copy", rows, columns, new Float64Array(rows * columns).fill(9));
    await bench.run([
      ...combine(bench.algebra, {
        left,
        right: transposed(right),
        alpha: 2,
        beta: -0.5,
        diagonal: 3,
        result,
      }),
      ...combine(bench.algebra, { left: result, result: shaped(copy, "lower") }),
    ]);
    const row = (e: number): number => Math.floor(e / columns);
    const expected = a.map((value, e) => 2 * value - 0.5 * b[e]! + (row(e) === e % columns ? 3 : 0));
    const copied = expected.map((value, e) => (e % columns <= row(e) ? value : 9));
    const bound = (): number => 2 ** -24 * 5.5;
    return Math.max(
      worst(await bench.read(result), expected, bound),
      worst(await bench.read(copy), copied, bound),
    );
  });
}
