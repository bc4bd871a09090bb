/**
 * Page side of linalg.test.ts: runs operations on the GPU and measures their errors against float64 in the page,
 * so that large matrices need not cross to Node. Every result buffer starts as NaN.
 */
import { dot } from "../../../src/engine/cpu/linalg.ts";
import { BufferSet, allocatedBytes, readBytes, readFloats } from "../../../src/engine/gpu/buffers.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { LinearAlgebra, type Status, type Work } from "../../../src/engine/gpu/linalg/algebra.ts";
import { matrixView, type MatrixView } from "../../../src/engine/gpu/linalg/view.ts";
import { encode } from "../../../src/engine/gpu/pipeline.ts";

export type StyleName = "software" | "hardware";

/** The rounding unit of float32. */
export const UNIT = 2 ** -24;

let device: Promise<GPUDevice> | undefined;

/** What a check gets: the algebra of one style, and ways to make and read matrices. */
export class Bench {
  constructor(
    readonly owner: BufferSet,
    readonly algebra: LinearAlgebra,
  ) {}

  /** A row-major matrix with the values given, which float32 must hold exactly, or all NaN. */
  matrix(label: string, rows: number, columns: number, values?: Float64Array): MatrixView {
    const content = new Float32Array(rows * columns);
    if (values) content.set(values);
    else content.fill(Number.NaN);
    return matrixView(this.owner.storage(label, content), rows, columns);
  }

  status(): Status {
    // Starts as a failure at an impossible pivot: a factorisation must reset it.
    return { buffer: this.owner.storage("status", new Uint32Array([0, 999_999])), flag: 1 };
  }

  /** Runs the work in one pass, as an iteration does. */
  async run(work: readonly Work[]): Promise<void> {
    const { device } = this.algebra;
    device.pushErrorScope("validation");
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, work);
    pass.end();
    device.queue.submit([encoder.finish()]);
    const error = await device.popErrorScope();
    if (error) throw new Error(error.message);
  }

  /** The elements of a matrix that `matrix` made, or of a whole buffer. */
  async read(from: MatrixView | GPUBuffer): Promise<Float64Array> {
    const [buffer, count] = "rows" in from ? [from.buffer, from.rows * from.columns] : [from, from.size / 4];
    return Float64Array.from(await readFloats(this.algebra.device, buffer, count));
  }

  async pivot(status: Status): Promise<number> {
    return new Uint32Array(await readBytes(this.algebra.device, status.buffer))[status.flag]!;
  }
}

/** Runs a check on its own buffers; throws where any byte is left. */
export async function onBench<Result>(
  style: StyleName,
  check: (bench: Bench) => Promise<Result>,
  operationsPerDispatch?: number,
): Promise<Result> {
  device ??= requestDevice();
  const owner = new BufferSet(await device, "linalg test");
  const options = { style, ...(operationsPerDispatch !== undefined && { operationsPerDispatch }) };
  let result: Result;
  try {
    result = await check(new Bench(owner, await LinearAlgebra.create(owner, options)));
  } finally {
    owner.dispose();
  }
  const { bytes } = allocatedBytes(owner.device);
  if (bytes !== 0) throw new Error(`${bytes} bytes are still allocated`);
  return result;
}

/** A stream of float32 numbers in (−1, 1), the same every time (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.fround((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * 2 - 1);
  };
}

export function randomMatrix(rows: number, columns: number, seed: number): Float64Array {
  const next = randomNumbers(seed);
  return Float64Array.from({ length: rows * columns }, next);
}

/**
 * A covariance-like symmetric matrix with float32 elements, diagonal near 1: D + UUᵀ/r with U: n×r, r = 8, and the
 * variances D between `noise` and 2·noise. Condition number about n/(8·noise) at most.
 */
export function randomCovariance(n: number, seed: number, noise = 0.2): Float64Array {
  const rank = 8;
  const u = randomMatrix(n, rank, seed);
  const next = randomNumbers(seed + 1);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      a[i * n + j] = Math.fround(dot(u, i * rank, u, j * rank, rank) / rank);
      a[j * n + i] = a[i * n + j]!;
    }
    const variance = noise * (1.5 + 0.5 * next());
    a[i * n + i] = Math.fround(dot(u, i * rank, u, i * rank, rank) / rank + variance);
  }
  return a;
}

/** Aᵀ for A: rows×columns. */
export function transpose(a: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j]!;
  return out;
}

/** The lower or upper triangle of a square matrix, zero elsewhere. */
export function triangle(a: Float64Array, n: number, which: "lower" | "upper"): Float64Array {
  return a.map((value, index) => {
    const offset = (index % n) - Math.floor(index / n);
    return (which === "lower" ? offset <= 0 : offset >= 0) ? value : 0;
  });
}

/** The same matrix with NaN strictly above (lower) or below (upper) the diagonal: what must never be read. */
export function poisoned(a: Float64Array, n: number, which: "lower" | "upper"): Float64Array {
  return a.map((value, index) => {
    const offset = (index % n) - Math.floor(index / n);
    return (which === "lower" ? offset <= 0 : offset >= 0) ? value : Number.NaN;
  });
}

/** Largest of |x − y| / (bound), NaN anywhere giving NaN. */
export function worst(x: Float64Array, y: Float64Array, bound: (index: number) => number): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const ratio = Math.abs(x[i]! - y[i]!) / bound(i);
    if (!(ratio <= largest)) largest = ratio;
    if (Number.isNaN(largest)) return largest;
  }
  return largest;
}
