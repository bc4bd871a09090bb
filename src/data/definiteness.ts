import { DataError } from "../errors.ts";
import type { Moments } from "./moments.ts";

/**
 * A variable counts as a combination of others when what they leave unexplained of its variance is below this part:
 * sums of columns that were rounded to seven digits leave about 1e-13, ill-conditioned but honest data 1e-10 and more.
 */
const UNEXPLAINED = 1e-12;

/** Weights, for standardised variables, below which a variable has no part in a combination. */
const NEGLIGIBLE = 1e-6;

/**
 * Refuses a covariance matrix that no maximum likelihood fit can use.
 *
 * @throws DataError naming the variables that make it singular or not positive definite. By a Cholesky factorisation of
 * the correlations R = LLᵀ: the square of a pivot is 1 − R² of that variable on those before it.
 */
export function requirePositiveDefinite({ names, covariance }: Moments, where: string): void {
  const k = names.length;
  const factor = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) {
      const r = covariance[i * k + j]! / Math.sqrt(covariance[i * k + i]! * covariance[j * k + j]!);
      factor[i * k + j] = (r - rowProduct(factor, k, i, j)) / factor[j * k + j]!;
    }
    const unexplained = 1 - rowProduct(factor, k, i, i);
    if (unexplained < UNEXPLAINED) throw refusal(names, factor, i, unexplained, where);
    factor[i * k + i] = Math.sqrt(unexplained);
  }
}

/** Σ_{m < j} L[i,m] L[j,m]. */
function rowProduct(factor: Float64Array, k: number, i: number, j: number): number {
  let total = 0;
  for (let m = 0; m < j; m++) total += factor[i * k + m]! * factor[j * k + m]!;
  return total;
}

function refusal(
  names: readonly string[],
  factor: Float64Array,
  index: number,
  unexplained: number,
  where: string,
): DataError {
  const weights = regressionWeights(factor, names.length, index);
  const others = names.slice(0, index).filter((_, j) => Math.abs(weights[j]!) > NEGLIGIBLE);
  const listed = others.map((name) => `"${name}"`).join(" and ");
  if (unexplained < -UNEXPLAINED) {
    return new DataError(
      `the covariance matrix${where} is not positive definite: given ${listed}, the variance of "${names[index]}" is negative`,
      "Check the matrix for typing errors; covariances computed from pairwise complete cases also do this.",
    );
  }
  return new DataError(
    `the sample covariance matrix${where} is singular: "${names[index]}" is a linear combination of ${listed}`,
    "Leave one of these variables out of the model.",
  );
}

/** Solves βᵀL = l for the weights of the variables before `index`: back substitution in the part factorised so far. */
function regressionWeights(factor: Float64Array, k: number, index: number): Float64Array {
  const weights = factor.slice(index * k, index * k + index);
  for (let j = index - 1; j >= 0; j--) {
    weights[j]! /= factor[j * k + j]!;
    for (let m = 0; m < j; m++) weights[m]! -= weights[j]! * factor[j * k + m]!;
  }
  return weights;
}
