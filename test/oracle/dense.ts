import { entryValue, observedIndices, type Structure } from "../../src/model/model.ts";
import type { Moments } from "../../src/data/moments.ts";

/** A dense row-major float64 matrix. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

function zeros(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float64Array(rows * columns) };
}

function product(x: Matrix, y: Matrix): Matrix {
  const result = zeros(x.rows, y.columns);
  for (let i = 0; i < x.rows; i++) {
    for (let m = 0; m < x.columns; m++) {
      const factor = x.data[i * x.columns + m]!;
      if (factor === 0) continue;
      for (let j = 0; j < y.columns; j++) {
        result.data[i * y.columns + j]! += factor * y.data[m * y.columns + j]!;
      }
    }
  }
  return result;
}

function transpose(x: Matrix): Matrix {
  const result = zeros(x.columns, x.rows);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++) result.data[j * x.rows + i] = x.data[i * x.columns + j]!;
  }
  return result;
}

/** Inverse and ln|det| by Gauss–Jordan elimination with row pivoting. `determinantSign` ≤ 0 or NaN tells failure. */
export function invert(x: Matrix): { inverse: Matrix; logDeterminant: number; positive: boolean } {
  const n = x.rows;
  const work = x.data.slice();
  const inverse = zeros(n, n);
  for (let i = 0; i < n; i++) inverse.data[i * n + i] = 1;
  let logDeterminant = 0;
  let sign = 1;
  for (let j = 0; j < n; j++) {
    let pivot = j;
    for (let i = j; i < n; i++) if (Math.abs(work[i * n + j]!) > Math.abs(work[pivot * n + j]!)) pivot = i;
    if (pivot !== j) {
      sign = -sign;
      for (const data of [work, inverse.data]) {
        for (let m = 0; m < n; m++) {
          [data[j * n + m], data[pivot * n + m]] = [data[pivot * n + m]!, data[j * n + m]!];
        }
      }
    }
    const d = work[j * n + j]!;
    sign *= Math.sign(d);
    logDeterminant += Math.log(Math.abs(d));
    for (const data of [work, inverse.data]) for (let m = 0; m < n; m++) data[j * n + m]! /= d;
    for (let i = 0; i < n; i++) {
      const share = work[i * n + j]!;
      if (i === j || share === 0) continue;
      for (const data of [work, inverse.data]) {
        for (let m = 0; m < n; m++) data[i * n + m]! -= share * data[j * n + m]!;
      }
    }
  }
  return { inverse, logDeterminant, positive: sign > 0 };
}

export interface DenseEvaluation {
  readonly value: number;
  readonly gradient: Float64Array;
  /** Σ on the observed variables, in their stated order. */
  readonly sigma: Matrix;
}

/**
 * The maximum-likelihood discrepancy and its gradient by the shortest formulas there are, with dense (I − B)⁻¹:
 * Σ = TᵀΛᵀΨΛT, ∂F/∂B = 2 Σ_full G Tᵀ…, written from DESIGN §2 and sharing no code with the engines.
 * Works on the structure as stated: nothing exogenised, nothing renumbered.
 */
export function denseMaximumLikelihood(
  structure: Structure,
  moments: Moments,
  theta: ArrayLike<number>,
  parameterCount: number,
): DenseEvaluation {
  const p = structure.variables.length;
  const q = structure.sources.length;
  const lambda = zeros(q, p);
  const psi = zeros(q, q);
  const identityMinusB = zeros(p, p);
  for (let i = 0; i < p; i++) identityMinusB.data[i * p + i] = 1;
  for (const entry of structure.loadings)
    lambda.data[entry.row * p + entry.column]! += entryValue(entry, theta);
  for (const entry of structure.paths) {
    identityMinusB.data[entry.row * p + entry.column]! -= entryValue(entry, theta);
  }
  for (const entry of structure.covariances) {
    psi.data[entry.row * q + entry.column]! += entryValue(entry, theta);
    if (entry.row !== entry.column) psi.data[entry.column * q + entry.row]! += entryValue(entry, theta);
  }
  const t = invert(identityMinusB).inverse;
  const a = product(lambda, t);
  const x = product(psi, a);
  const full = product(transpose(a), x);
  const observed = observedIndices(structure);
  const k = observed.length;
  const sigma = zeros(k, k);
  observed.forEach((row, i) => {
    observed.forEach((column, j) => (sigma.data[i * k + j] = full.data[row * p + column]!));
  });
  const s: Matrix = { rows: k, columns: k, data: moments.covariance };
  const { inverse, logDeterminant } = invert(sigma);
  const weighted = product(s, inverse);
  let trace = 0;
  for (let i = 0; i < k; i++) trace += weighted.data[i * k + i]!;
  const value = logDeterminant + trace - invert(s).logDeterminant - k;
  const sandwich = product(inverse, weighted);
  const g = zeros(p, p);
  observed.forEach((row, i) => {
    observed.forEach((column, j) => {
      g.data[row * p + column] = inverse.data[i * k + j]! - sandwich.data[i * k + j]!;
    });
  });
  const h = product(g, transpose(t));
  const byPath = product(full, h);
  const byLoading = product(x, h);
  const bySource = product(product(a, g), transpose(a));
  const gradient = new Float64Array(parameterCount);
  const add = (entry: (typeof structure.paths)[number], derivative: number): void => {
    if (entry.parameter >= 0) gradient[entry.parameter]! += entry.factor * derivative;
  };
  for (const entry of structure.loadings) add(entry, 2 * byLoading.data[entry.row * p + entry.column]!);
  for (const entry of structure.paths) add(entry, 2 * byPath.data[entry.row * p + entry.column]!);
  for (const entry of structure.covariances) {
    add(entry, (entry.row === entry.column ? 1 : 2) * bySource.data[entry.row * q + entry.column]!);
  }
  return { value, gradient, sigma };
}
