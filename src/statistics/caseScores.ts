import { weightOf } from "../data/caseWeights.ts";
import type { Table } from "../data/moments.ts";
import { addScaled, dot, multiply } from "../engine/cpu/linalg.ts";
import { quadraticValue, timesVector } from "../fit/informationAlgebra.ts";
import { averageOf, fittedValues } from "./caseMoments.ts";
import type { Move } from "./moves.ts";

/** A parameter's entry with how it moves the moments. */
export interface ScoredMove extends Move {
  readonly parameter: number;
  readonly factor: number;
}

/** Cases of one group about a centre: n×k, and what fixed covariates predict of them. */
export interface CaseDeviations {
  readonly table: Table;
  readonly k: number;
  readonly deviations: Float64Array;
  readonly predicted: Float64Array | undefined;
}

/** Cases about μ, as the scores at a model's own moments take them. */
export function deviationsFrom(table: Table, mu: Float64Array): CaseDeviations {
  return { table, k: mu.length, deviations: rowsOf(table, (j) => mu[j]!), predicted: undefined };
}

/** Cases about their mean, with their prediction by fixed covariates where there are any, as Γ takes them. */
export function deviationsFromMean(table: Table, covariates: readonly number[]): CaseDeviations {
  const k = table.columns.length;
  const fitted = covariates.length > 0 ? fittedValues(table, covariates) : undefined;
  const predicted = fitted && rowsOf({ ...table, columns: fitted }, () => 0);
  const means = table.columns.map((column) => averageOf(column, table));
  return { table, k, deviations: rowsOf(table, (j) => means[j]!), predicted };
}

function rowsOf({ columns, rows }: Table, centre: (j: number) => number): Float64Array {
  const k = columns.length;
  const out = new Float64Array(rows * k);
  columns.forEach((column, j) => {
    const c = centre(j);
    for (let i = 0; i < rows; i++) out[i * k + j] = column[i]! - c;
  });
  return out;
}

/**
 * Mean of w² sᵀs over the cases, t×t, where s = Δᵀ V z is a case's score by the parameters. With e = W d every entry
 * that moves Σ by weight·(uᵀv + vᵀu) contributes weight·[(u·e)(v·e) − u W v] and its mean's move times e, so no moment
 * matrix is formed. `centred` takes scores about their mean (ΔᵀVΓVΔ), else as they are at the model's moments.
 */
export function scoreMeat(
  cases: CaseDeviations,
  w: Float64Array,
  moves: readonly ScoredMove[],
  t: number,
  centred: boolean,
): Float64Array {
  const { table, k, deviations, predicted } = cases;
  const { rows, weights } = table;
  const constant = new Float64Array(t);
  if (!centred) {
    for (const { u, v, weight, parameter, factor } of moves) {
      constant[parameter]! += factor * weight * dot(u, 0, timesVector(w, v), 0, k);
    }
  }
  const scores = new Float64Array(rows * t);
  const add = (source: Float64Array, sign: number): void => {
    const errors = multiply(source, w, rows, k, k);
    for (let i = 0; i < rows; i++) {
      const at = i * k;
      for (const { u, v, weight, mean, parameter, factor } of moves) {
        let value = weight === 0 ? 0 : weight * dot(u, 0, errors, at, k) * dot(v, 0, errors, at, k);
        if (mean) value += dot(mean, 0, errors, at, k);
        scores[i * t + parameter]! += sign * factor * value;
      }
    }
  };
  add(deviations, 1);
  if (predicted) add(predicted, -1);
  const total = weightOf(table);
  const centre = centred ? weightedMean(scores, t, table) : constant;
  const out = new Float64Array(t * t);
  for (let i = 0; i < rows; i++) {
    const row = scores.subarray(i * t, i * t + t);
    const scale = weights ? weights[i]! : 1;
    for (let j = 0; j < t; j++) row[j] = scale * (row[j]! - centre[j]!);
    for (let j = 0; j < t; j++) if (row[j] !== 0) addScaled(row[j]! / total, row, 0, out, j * t, t);
  }
  return out;
}

function weightedMean(scores: Float64Array, t: number, table: Table): Float64Array {
  const mean = new Float64Array(t);
  const total = weightOf(table);
  for (let i = 0; i < table.rows; i++) {
    const scale = (table.weights ? table.weights[i]! : 1) / total;
    addScaled(scale, scores, i * t, mean, 0, t);
  }
  return mean;
}

/**
 * tr(V Γ) for V = V(W): the mean of w² (z − z̄)ᵀV(z − z̄), with z = vech(dᵀd − d̂ᵀd̂) (and d − d̂ for means), as
 * ½ tr[((A − Ā)W)²] + (d − d̂) W (d − d̂)ᵀ for A = dᵀd − d̂ᵀd̂ and Ā its mean.
 */
export function fourthMomentTrace(cases: CaseDeviations, w: Float64Array, withMeans: boolean): number {
  const { table, k, deviations, predicted } = cases;
  const { rows, weights } = table;
  const average = averageProducts(cases);
  const half = multiply(w, average, k, k, k);
  const waw = multiply(half, w, k, k, k);
  let square = 0;
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) square += half[i * k + j]! * half[j * k + i]!;
  const errors = multiply(deviations, w, rows, k, k);
  const none = new Float64Array(k);
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const d = deviations.subarray(i * k, i * k + k);
    const hat = predicted ? predicted.subarray(i * k, i * k + k) : none;
    const q = dot(errors, i * k, d, 0, k);
    const cross = predicted ? dot(errors, i * k, hat, 0, k) : 0;
    const qHat = predicted ? quadraticValue(w, hat) : 0;
    const withAverage = quadraticValue(waw, d) - (predicted ? quadraticValue(waw, hat) : 0);
    let value = 0.5 * (q * q - 2 * cross * cross + qHat * qHat) - withAverage + 0.5 * square;
    if (withMeans) value += q - 2 * cross + qHat;
    sum += (weights ? weights[i]! ** 2 : 1) * value;
  }
  return sum / weightOf(table);
}

function averageProducts({ table, k, deviations, predicted }: CaseDeviations): Float64Array {
  const out = new Float64Array(k * k);
  const total = weightOf(table);
  for (const [rows, sign] of [
    [deviations, 1],
    [predicted, -1],
  ] as const) {
    if (!rows) continue;
    for (let i = 0; i < table.rows; i++) {
      const scale = (sign * (table.weights ? table.weights[i]! : 1)) / total;
      for (let a = 0; a < k; a++) addScaled(scale * rows[i * k + a]!, rows, i * k, out, a * k, k);
    }
  }
  return out;
}
