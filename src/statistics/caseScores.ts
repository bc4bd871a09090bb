import { weightOf } from "../data/caseWeights.ts";
import type { Table } from "../data/moments.ts";
import { addScaled, dot, multiply, multiplyTransposed, symmetricProduct } from "../engine/cpu/linalg.ts";
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
 * Mean of w² sᵀs over the cases, t×t, where s is a case's score by the parameters (see `caseScores`).
 */
export function scoreMeat(
  cases: CaseDeviations,
  w: Float64Array,
  moves: readonly ScoredMove[],
  t: number,
  centred: boolean,
): Float64Array {
  const scores = caseScores(cases, w, moves, t, centred);
  const out = symmetricProduct(scores, scores, t, cases.table.rows);
  const total = weightOf(cases.table);
  for (let i = 0; i < out.length; i++) out[i]! /= total;
  return out;
}

/** Moves whose products with all cases are computed at a time. */
const TOGETHER = 16;

/**
 * The cases' scores w s by the parameters, t×n, s = Δᵀ V z. With e = W d every entry that moves Σ by weight·(uᵀv + vᵀu)
 * contributes weight·[(u·e)(v·e) − u W v] and its mean's move times e, so no moment matrix is formed. `centred` takes
 * scores about their mean (as ΔᵀVΓVΔ does), else as they are at the model's moments.
 */
export function caseScores(
  cases: CaseDeviations,
  w: Float64Array,
  moves: readonly ScoredMove[],
  t: number,
  centred: boolean,
): Float64Array {
  const { table, k, deviations, predicted } = cases;
  const { rows, weights } = table;
  const scores = new Float64Array(t * rows);
  for (const [source, sign] of [
    [deviations, 1],
    [predicted, -1],
  ] as const) {
    if (!source) continue;
    const errors = multiplyTransposed(source, w, rows, k, k);
    for (let first = 0; first < moves.length; first += TOGETHER) {
      addScores(moves.slice(first, first + TOGETHER), errors, { k, rows, sign }, scores);
    }
  }
  const centre = centred ? weightedMeans(scores, t, table) : modelScores(w, moves, k, t);
  for (let j = 0; j < t; j++) {
    const at = j * rows;
    for (let i = 0; i < rows; i++) {
      scores[at + i] = (weights ? weights[i]! : 1) * (scores[at + i]! - centre[j]!);
    }
  }
  return scores;
}

/** scores += sign · factor · [weight·(u·e)(v·e) + mean·e] for some moves and the errors e (n×k) of all cases. */
function addScores(
  moves: readonly ScoredMove[],
  errors: Float64Array,
  { k, rows, sign }: { k: number; rows: number; sign: number },
  scores: Float64Array,
): void {
  const none = new Float64Array(k);
  const stack = new Float64Array(3 * moves.length * k);
  moves.forEach(({ u, v, mean }, index) => {
    [u, v, mean ?? none].forEach((row, part) => stack.set(row, (3 * index + part) * k));
  });
  const along = multiplyTransposed(stack, errors, 3 * moves.length, k, rows);
  moves.forEach(({ weight, mean, parameter, factor }, index) => {
    const u = 3 * index * rows;
    const target = parameter * rows;
    const scale = sign * factor * weight;
    for (let i = 0; i < rows; i++) scores[target + i]! += scale * along[u + i]! * along[u + rows + i]!;
    if (mean) addScaled(sign * factor, along, u + 2 * rows, scores, target, rows);
  });
}

/** What the model itself predicts of the products (u·e)(v·e): Σ factor·weight·u W v by parameter. */
function modelScores(w: Float64Array, moves: readonly ScoredMove[], k: number, t: number): Float64Array {
  const out = new Float64Array(t);
  for (const { u, v, weight, parameter, factor } of moves) {
    out[parameter]! += factor * weight * dot(u, 0, timesVector(w, v), 0, k);
  }
  return out;
}

function weightedMeans(scores: Float64Array, t: number, table: Table): Float64Array {
  const { rows } = table;
  const share = Float64Array.from(table.weights ?? new Float64Array(rows).fill(1));
  const total = weightOf(table);
  return Float64Array.from({ length: t }, (_, j) => dot(scores, j * rows, share, 0, rows) / total);
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

/** Ā, the weighted mean of dᵀd − d̂ᵀd̂ over the cases, k×k. */
export function averageProducts({ table, k, deviations, predicted }: CaseDeviations): Float64Array {
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
