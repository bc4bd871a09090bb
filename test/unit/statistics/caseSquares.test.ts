import { expect, it } from "vitest";
import type { Moments } from "../../../src/data/moments.ts";
import {
  invertPositiveDefinite,
  multiply,
  quadraticForm,
  transpose,
} from "../../../src/engine/cpu/linalg.ts";
import { expectedWeight, momentVector } from "../../../src/fit/momentSpace.ts";
import { fourthMoments } from "../../../src/statistics/caseMoments.ts";
import { deviationsFromMean, type ScoredMove } from "../../../src/statistics/caseScores.ts";
import { squaredCaseTrace } from "../../../src/statistics/caseSquares.ts";
import { simulateCases } from "../../../src/statistics/population.ts";
import { traceOfProduct } from "../../../src/statistics/scaledTest.ts";

const K = 4;
const T = 3;

/** Numbers without a pattern that matters, the same in every run. */
const irregular = (length: number, seed: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => Math.sin(seed + 1.7 * i + 0.3 * i * i));

function randomMoves(withMeans: boolean): ScoredMove[] {
  return Array.from({ length: 5 }, (_, e) => ({
    u: irregular(K, e),
    v: irregular(K, 10 + e),
    weight: 0.5 + 0.1 * e,
    mean: withMeans ? irregular(K, 20 + e) : undefined,
    parameter: e % T,
    factor: 1 - 0.2 * e,
  }));
}

/** Δ of the moves, m×t. */
function jacobian(moves: readonly ScoredMove[], withMeans: boolean): Float64Array {
  const rows = Array.from({ length: T }, () => new Float64Array((withMeans ? K : 0) + (K * (K + 1)) / 2));
  for (const { u, v, weight, mean, parameter, factor } of moves) {
    const sigma = Float64Array.from({ length: K * K }, (_, i) => {
      const [a, b] = [Math.floor(i / K), i % K];
      return weight * (u[a]! * v[b]! + v[a]! * u[b]!);
    });
    const moved = momentVector(sigma, withMeans ? mean : undefined, K);
    moved.forEach((value, a) => (rows[parameter]![a]! += factor * value));
  }
  const m = rows[0]!.length;
  return transpose(Float64Array.from(rows.flatMap((row) => Array.from(row))), T, m);
}

for (const [name, withMeans, covariates] of [
  ["covariances", false, []],
  ["means and covariances", true, []],
  ["fixed covariates", true, [1, 2]],
] as const) {
  it(`${name}: squared traces from cases equal those of moment matrices`, () => {
    const root = irregular(K * K, 3);
    const covariance = multiply(root, transpose(root, K, K), K, K, K);
    for (let i = 0; i < K; i++) covariance[i * K + i]! += 1;
    const names = ["a", "b", "c", "d"];
    const population: Moments = { names, n: 150, covariance, mean: irregular(K, 5) };
    const [table] = simulateCases([population], 7);
    const w = invertPositiveDefinite(covariance, K)!.inverse;
    const moves = randomMoves(withMeans);
    const unitInverse = quadraticForm(irregular(T * T, 8), Float64Array.of(2, 0, 0, 0, 1, 0, 0, 0, 3), T, T);
    const share = 0.6;
    const model = { w, moves, unitInverse, t: T, share, withMeans };
    const v = expectedWeight(w, K, withMeans);
    const m = Math.sqrt(v.length);
    const vg = multiply(v, fourthMoments(table!, withMeans, covariates), m, m, m);
    const middle = multiply(vg, multiply(vg, v, m, m, m), m, m, m);
    const second = quadraticForm(transpose(jacobian(moves, withMeans), m, T), middle, T, m);
    const expected =
      traceOfProduct(vg, transpose(vg, m, m)) - 2 * share * traceOfProduct(unitInverse, second);
    const value = squaredCaseTrace(deviationsFromMean(table!, covariates), model);
    // Both add 150² products of numbers of order one to each other; rounding stays far below this.
    expect(Math.abs(value - expected)).toBeLessThan(1e-10 * Math.abs(expected));
  });
}
