/** Checks of factorisations, inverses, solves and the likelihood, for linalg.test.ts. */
import {
  cholesky as choleskyFloat64,
  dot,
  inverseFromCholesky,
  invertPositiveDefinite,
  multiply as multiplyFloat64,
} from "../../../src/engine/cpu/linalg.ts";
import { blockOrder, cholesky } from "../../../src/engine/gpu/linalg/cholesky.ts";
import { inverseFromTriangle, triangularInverse } from "../../../src/engine/gpu/linalg/inverse.ts";
import { maximumLikelihood, reverseKullbackLeibler } from "../../../src/engine/gpu/linalg/likelihood.ts";
import { logDeterminant } from "../../../src/engine/gpu/linalg/reduce.ts";
import { solveLower, solveLowerTransposed } from "../../../src/engine/gpu/linalg/solve.ts";
import { matrixView } from "../../../src/engine/gpu/linalg/view.ts";
import {
  onBench,
  poisoned,
  randomCovariance,
  randomMatrix,
  randomNumbers,
  transpose,
  triangle,
  UNIT,
  worst,
  type Bench,
  type StyleName,
} from "./linalg.ts";

export interface FactorErrors {
  readonly pivot: number;
  /** max |A − LLᵀ|_ij / √(a_ii a_jj), on rows picked at random. */
  readonly residual: number;
  /** |ln|A| − float64|, NaN where it was not asked for. */
  readonly logDeterminant: number;
  /** max |XL − I|_ij on rows picked at random, and max |XᵀX A − I|. */
  readonly triangleResidual: number;
  readonly inverseResidual: number;
  /** max |A⁻¹ − float64| / max |A⁻¹|, NaN where it was not asked for. */
  readonly inverseError: number;
  readonly asymmetry: number;
  /** Elements above the diagonal of L that a factorisation changed: there must be none outside its diagonal blocks. */
  readonly trespasses: number;
  readonly dispatches: { readonly factor: number; readonly inverse: number };
}

/** Factor, log-determinant and inverse of a random covariance matrix whose upper triangle is NaN. */
export function factorErrors(
  style: StyleName,
  n: number,
  noise: number,
  withFloat64: boolean,
): Promise<FactorErrors> {
  return onBench(style, async (bench) => {
    const a = randomCovariance(n, 11, noise);
    const matrix = bench.matrix("matrix", n, n, poisoned(a, n, "lower"));
    const inverse = bench.matrix("triangular inverse", n, n);
    const whole = bench.matrix("inverse", n, n);
    const value = bench.matrix("value", 1, 1);
    const status = bench.status();
    const factorWork = cholesky(bench.algebra, { matrix, inverse, status });
    const inverseWork = [
      ...triangularInverse(bench.algebra, { factor: matrix, inverse, status }),
      ...inverseFromTriangle(bench.algebra, inverse, whole, status),
    ];
    const slot = { buffer: value.buffer, slot: 0 };
    await bench.run([...factorWork, ...logDeterminant(bench.algebra, matrix, slot, status), ...inverseWork]);
    const stored = await bench.read(matrix);
    const l = triangle(stored, n, "lower");
    const x = triangle(await bench.read(inverse), n, "lower");
    const p = await bench.read(whole);
    const exact = withFloat64 ? invertPositiveDefinite(a, n) : undefined;
    const largestInverse = largest(exact?.inverse ?? new Float64Array(0));
    return {
      pivot: await bench.pivot(status),
      residual: factorResidual(a, l, n),
      logDeterminant: Math.abs((await bench.read(value))[0]! - (exact?.logDeterminant ?? Number.NaN)),
      triangleResidual: identityResidual(x, l, n),
      inverseResidual: identityResidual(p, a, n),
      inverseError: exact ? worst(p, exact.inverse, () => largestInverse) : Number.NaN,
      asymmetry: asymmetry(p, n),
      trespasses: countTrespasses(stored, n, blockOrder(bench.algebra)),
      dispatches: { factor: factorWork.length, inverse: inverseWork.length },
    };
  });
}

/** Rows to check: all of a small matrix, else 24 that include the first and the last. */
function rowsToCheck(n: number): number[] {
  if (n <= 64) return Array.from({ length: n }, (_, i) => i);
  const next = randomNumbers(n);
  const picked = Array.from({ length: 22 }, () => Math.floor((next() * 0.5 + 0.5) * n));
  return [0, ...picked, n - 1];
}

function factorResidual(a: Float64Array, l: Float64Array, n: number): number {
  let residual = 0;
  for (const i of rowsToCheck(n)) {
    for (let j = 0; j < n; j++) {
      const product = dot(l, i * n, l, j * n, Math.min(i, j) + 1);
      const error = Math.abs(a[i * n + j]! - product) / Math.sqrt(a[i * n + i]! * a[j * n + j]!);
      if (!(error <= residual)) residual = error;
    }
  }
  return residual;
}

function identityResidual(left: Float64Array, right: Float64Array, n: number): number {
  let residual = 0;
  for (const i of rowsToCheck(n)) {
    const row = multiplyFloat64(left.subarray(i * n, (i + 1) * n), right, 1, n, n);
    row[i]! -= 1;
    for (const element of row) if (!(Math.abs(element) <= residual)) residual = Math.abs(element);
  }
  return residual;
}

function asymmetry(a: Float64Array, n: number): number {
  let largest = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const difference = Math.abs(a[i * n + j]! - a[j * n + i]!);
      if (!(difference <= largest)) largest = difference;
    }
  }
  return largest;
}

function countTrespasses(l: Float64Array, n: number, block: number): number {
  let count = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++)
      if (Math.floor(j / block) > Math.floor(i / block) && !Number.isNaN(l[i * n + j])) count++;
  }
  return count;
}

export interface IndefiniteCase {
  readonly n: number;
  /** 1-based index of the pivot that must fail. */
  readonly pivot: number;
  /** A negative pivot, one that is zero to rounding (a repeated variable), NaN or infinity in the matrix. */
  readonly kind: "negative" | "repeated" | "NaN" | "infinite";
}

/**
 * A matrix that fails at a given pivot: the pivot found, whether everything computed afterwards is still the NaN it
 * started as, and the pivot after a good matrix took its place.
 */
export function indefinite(
  style: StyleName,
  { n, pivot, kind }: IndefiniteCase,
): Promise<{ found: number; untouched: boolean; afterwards: number }> {
  return onBench(style, async (bench) => {
    const good = randomCovariance(n, 13);
    const bad = spoil(good, n, pivot - 1, kind);
    const covariance = bench.matrix("covariance", n, n, bad);
    const gradient = bench.matrix("gradient", n, n);
    const loss = bench.matrix("loss", 1, 1);
    const status = bench.status();
    const work = maximumLikelihood(bench.algebra, {
      covariance,
      sampleFactor: bench.matrix("sample factor", n, n, sampleFactor(good, n)),
      gradient,
      workspace: [bench.matrix("first", n, n), bench.matrix("second", n, n)],
      loss: { buffer: loss.buffer, slot: 0 },
      status,
    });
    await bench.run(work);
    const found = await bench.pivot(status);
    const outputs = [...(await bench.read(gradient)), ...(await bench.read(loss))];
    bench.algebra.device.queue.writeBuffer(covariance.buffer, 0, Float32Array.from(good));
    await bench.run(work);
    return { found, untouched: outputs.every(Number.isNaN), afterwards: await bench.pivot(status) };
  });
}

function spoil(good: Float64Array, n: number, row: number, kind: IndefiniteCase["kind"]): Float64Array {
  const a = good.slice();
  const set = (i: number, j: number, value: number): void => {
    a[i * n + j] = value;
    a[j * n + i] = value;
  };
  switch (kind) {
    case "negative": {
      const l = new Float64Array(n * n);
      choleskyFloat64(good, n, l);
      // Takes 1.01 of what the rows before leave of the diagonal element.
      set(row, row, Math.fround(good[row * n + row]! - 1.01 * l[row * n + row]! ** 2));
      break;
    }
    case "repeated":
      for (let j = 0; j < n; j++) if (j !== row) set(row, j, good[j]!);
      set(row, row, good[0]!);
      set(row, 0, good[0]!);
      break;
    case "NaN":
      set(row, 0, Number.NaN);
      break;
    case "infinite":
      set(row, row, Infinity);
  }
  return a;
}

/** The float64 Cholesky factor, rounded to float32. */
function sampleFactor(sample: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  choleskyFloat64(sample, n, l);
  return l.map(Math.fround);
}

/** max |L Y − B| and max |Lᵀ Y − B| over Σ_k |l_ik||y_kj|, in units of float32 rounding. */
export function solveErrors(
  style: StyleName,
  n: number,
  columns: number,
  compact: boolean,
): Promise<{ lower: number; transposed: number }> {
  return onBench(style, async (bench) => {
    const b = randomMatrix(n, columns, 17);
    const matrix = bench.matrix("matrix", n, n, randomCovariance(n, 19));
    const inverse = bench.matrix("inverse", n, compact ? blockOrder(bench.algebra) : n);
    const status = bench.status();
    await bench.run(cholesky(bench.algebra, { matrix, inverse, status }));
    const l = triangle(await bench.read(matrix), n, "lower");
    const errors = [];
    for (const solve of [solveLower, solveLowerTransposed]) {
      const rightSide = bench.matrix("right side", n, columns, b);
      const solution = bench.matrix("solution", n, columns);
      await bench.run(solve(bench.algebra, { factor: matrix, inverse, rightSide, solution, status }));
      const y = await bench.read(solution);
      const operator = solve === solveLower ? l : l.map((_, e) => l[(e % n) * n + Math.floor(e / n)]!);
      const product = multiplyFloat64(operator, y, n, n, columns);
      const size = multiplyFloat64(operator.map(Math.abs), y.map(Math.abs), n, n, columns);
      errors.push(worst(product, b, (e) => UNIT * (size[e]! + Math.abs(b[e]!))));
    }
    return { lower: errors[0]!, transposed: errors[1]! };
  });
}

export interface LikelihoodErrors {
  readonly pivot: number;
  readonly loss: number;
  readonly exactLoss: number;
  /** max |G − float64| / max |Σ⁻¹|. */
  readonly gradient: number;
  readonly asymmetry: number;
  readonly covarianceKept: boolean;
  readonly dispatches: number;
}

export type NormalKind = "maximumLikelihood" | "reverseKullbackLeibler";

/** A discrepancy of Σ against S = Σ + distance·(another covariance − Σ), compared with float64. */
export function likelihoodErrors(
  style: StyleName,
  kind: NormalKind,
  n: number,
  distance: number,
): Promise<LikelihoodErrors> {
  return onBench(style, async (bench) => {
    const sigma = randomCovariance(n, 23);
    const other = randomCovariance(n, 29);
    const sample = sigma.map((value, e) => value + distance * (other[e]! - value));
    const c = sampleFactor(sample, n);
    const x = sampleFactorInverse(sample, n);
    const stored = poisoned(sigma, n, "lower");
    const covariance = bench.matrix("covariance", n, n, stored);
    const gradient = bench.matrix("gradient", n, n);
    const loss = bench.matrix("loss", 1, 1);
    const status = bench.status();
    const given = {
      covariance,
      gradient,
      workspace: [bench.matrix("first", n, n), bench.matrix("second", n, n)],
      loss: { buffer: loss.buffer, slot: 0 },
      status,
    } as const;
    const constant = bench.matrix("sample", n, n, poisoned(kind === "maximumLikelihood" ? c : x, n, "lower"));
    const work =
      kind === "maximumLikelihood"
        ? maximumLikelihood(bench.algebra, { ...given, sampleFactor: constant })
        : reverseKullbackLeibler(bench.algebra, { ...given, sampleFactorInverse: constant });
    await bench.run(work);
    const g = await bench.read(gradient);
    const exact = kind === "maximumLikelihood" ? exactLikelihood(sigma, c, n) : exactReverse(sigma, x, n);
    return {
      pivot: await bench.pivot(status),
      loss: (await bench.read(loss))[0]!,
      exactLoss: exact.loss,
      gradient: worst(g, exact.gradient, () => exact.scale),
      asymmetry: asymmetry(g, n),
      covarianceKept: (await bench.read(covariance)).every((value, e) => Object.is(value, stored[e])),
      dispatches: work.length,
    };
  });
}

/** The inverse of the float64 Cholesky factor, rounded to float32. */
function sampleFactorInverse(sample: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  choleskyFloat64(sample, n, l);
  const transposedInverse = new Float64Array(n * n);
  inverseFromCholesky(l, n, new Float64Array(n * n), transposedInverse);
  return transposedInverse.map((_, e) => Math.fround(transposedInverse[(e % n) * n + Math.floor(e / n)]!));
}

interface Exact {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** max |Σ⁻¹| */
  readonly scale: number;
}

/** ln|Σ| + tr(SΣ⁻¹) − ln|S| − n and Σ⁻¹ − Σ⁻¹SΣ⁻¹ in float64 for S = CCᵀ. */
function exactLikelihood(sigma: Float64Array, c: Float64Array, n: number): Exact {
  const { inverse, logDeterminant } = invertPositiveDefinite(sigma, n)!;
  const product = multiplyFloat64(inverse, c, n, n, n);
  const gradient = inverse.map(
    (element, e) => element - dot(product, Math.floor(e / n) * n, product, (e % n) * n, n),
  );
  // tr(SΣ⁻¹) − n is summed with the logarithms one by one, so that near zero it keeps its digits.
  let loss = logDeterminant;
  for (let i = 0; i < n; i++) {
    loss += dot(c, i * n, product, i * n, i + 1) - 1 - 2 * Math.log(c[i * n + i]!);
  }
  return { loss, gradient, scale: largest(inverse) };
}

/** ½(tr(S⁻¹Σ) − ln|Σ| + ln|S| − n) and ½(S⁻¹ − Σ⁻¹) in float64 for S⁻¹ = XᵀX. */
function exactReverse(sigma: Float64Array, x: Float64Array, n: number): Exact {
  const { inverse, logDeterminant } = invertPositiveDefinite(sigma, n)!;
  const columns = transpose(x, n, n);
  const product = multiplyFloat64(x, sigma, n, n, n);
  const gradient = inverse.map(
    (element, e) => 0.5 * (dot(columns, Math.floor(e / n) * n, columns, (e % n) * n, n) - element),
  );
  let loss = -logDeterminant;
  for (let i = 0; i < n; i++) {
    loss += dot(x, i * n, product, i * n, i + 1) - 1 - 2 * Math.log(x[i * n + i]!);
  }
  return { loss: 0.5 * loss, gradient, scale: largest(inverse) };
}

function largest(values: Float64Array): number {
  let result = 0;
  for (const value of values) result = Math.max(result, Math.abs(value));
  return result;
}

/** What a wrong use says. */
export function misuse(style: StyleName): Promise<string[]> {
  return onBench(style, async (bench: Bench) => {
    const square = bench.matrix("square", 8, 8);
    const status = bench.status();
    const attempts = [
      () => matrixView(square.buffer, 9, 8),
      () => inverseFromTriangle(bench.algebra, square, bench.matrix("small", 4, 4)),
      () => logDeterminant(bench.algebra, square, { buffer: status.buffer, slot: 0 }, status),
    ];
    return attempts.map((attempt) => {
      try {
        attempt();
        return "nothing thrown";
      } catch (error) {
        return (error as Error).message;
      }
    });
  });
}
