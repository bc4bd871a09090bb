import { weightOf } from "../data/caseWeights.ts";
import { dot, multiply, multiplyTransposed, transpose } from "../engine/cpu/linalg.ts";
import { quadraticValue } from "../fit/informationAlgebra.ts";
import { averageProducts, type CaseDeviations, caseScores, type ScoredMove } from "./caseScores.ts";

/** One group's model as the squared trace needs it: W = Σ⁻¹, how its entries move the moments, E⁻¹ (t×t) and n_g / N. */
export interface SquaresModel {
  readonly w: Float64Array;
  readonly moves: readonly ScoredMove[];
  readonly unitInverse: Float64Array;
  readonly t: number;
  readonly share: number;
  readonly withMeans: boolean;
}

/** Cases whose products with all others are computed at a time. */
const TILE = 64;

/** Whether products of cases cost less than products of m×m matrices: n²(k + t)/2 against m²n/2 + 3m³. */
export function casesAreFewer(n: number, k: number, t: number, m: number): boolean {
  return 0.5 * n * n * (k + t) < 0.5 * m * m * n + 3 * m ** 3;
}

/**
 * tr((VΓ)²) − 2 share · tr(E⁻¹ ΔᵀVΓVΓVΔ) of one group, V = V(W), from its cases: with Γ = ZᵀZ/n this is
 *
 *     Σ_ij G_ij (G_ij − 2 share · s_i E⁻¹ s_jᵀ) / n²,   G = Z V Zᵀ (n×n),   s = Z V Δ (n×t)
 *
 * and G_ij = ½ tr(W A_i W A_j) (+ mean part) is made of products of the deviations alone. G is formed in strips.
 */
export function squaredCaseTrace(cases: CaseDeviations, model: SquaresModel): number {
  const { table } = cases;
  const n = table.rows;
  const { unitInverse, t, w, moves, share } = model;
  const scores = transpose(caseScores(cases, w, moves, t, true), t, n);
  const weighted = multiplyTransposed(scores, unitInverse, n, t, t);
  const gram = caseGram(cases, model);
  let sum = 0;
  for (let first = 0; first < n; first += TILE) {
    const size = Math.min(TILE, n - first);
    const width = first + size;
    const g = gram(first, size);
    const own = weighted.subarray(first * t, width * t);
    const along = multiplyTransposed(own, scores, size, t, width);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < width; j++) {
        const value = g[i * width + j]! * (g[i * width + j]! - 2 * share * along[i * width + j]!);
        sum += j < first ? 2 * value : value;
      }
    }
  }
  return sum / weightOf(table) ** 2;
}

/** Makes the function that computes rows first … first + size − 1 of G, columns 0 … first + size − 1. */
function caseGram(cases: CaseDeviations, { w, withMeans }: SquaresModel) {
  const { table, k, deviations, predicted } = cases;
  const n = table.rows;
  const average = averageProducts(cases);
  const half = multiply(w, average, k, k, k);
  const waw = multiply(half, w, k, k, k);
  const constant = 0.5 * dot(half, 0, transpose(half, k, k), 0, k * k);
  const row = (source: Float64Array, i: number): Float64Array => source.subarray(i * k, i * k + k);
  const offset = Float64Array.from({ length: n }, (_, i) => {
    const fitted = predicted ? quadraticValue(waw, row(predicted, i)) : 0;
    return 0.5 * (quadraticValue(waw, row(deviations, i)) - fitted);
  });
  const sources = predicted ? [deviations, predicted] : [deviations];
  const weighted = sources.map((source) => multiplyTransposed(source, w, n, k, k));
  return (first: number, size: number): Float64Array => {
    const width = first + size;
    const out = new Float64Array(size * width);
    weighted.forEach((left, a) => {
      sources.forEach((right, b) => {
        const sign = a === b ? 1 : -1;
        const products = multiplyTransposed(left.subarray(first * k, width * k), right, size, k, width);
        for (let i = 0; i < out.length; i++) {
          out[i]! += sign * (0.5 * products[i]! * products[i]! + (withMeans ? products[i]! : 0));
        }
      });
    });
    for (let i = 0; i < size; i++) {
      const own = table.weights ? table.weights[first + i]! : 1;
      for (let j = 0; j < width; j++) {
        const scale = table.weights ? own * table.weights[j]! : 1;
        out[i * width + j] = scale * (out[i * width + j]! - offset[first + i]! - offset[j]! + constant);
      }
    }
    return out;
  };
}
