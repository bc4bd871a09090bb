import type { Moments, Table } from "../data/moments.ts";
import type { Problem } from "../engine/engine.ts";
import { evaluateIncomplete, type MissingPattern, missingPatterns } from "../fit/missing.ts";
import type { SaturatedMoments } from "../fit/saturated.ts";
import type { Test } from "./incrementalFit.ts";
import { exogenousIndices } from "./logLikelihood.ts";

/** One group of incomplete data. */
export interface IncompleteGroup {
  readonly table: Table;
  readonly patterns: readonly MissingPattern[];
  /** Maximum-likelihood moments of the saturated model. */
  readonly moments: Moments;
  /** Σ_p (n_p/n)[ln|Σ_p| + tr(T_pΣ_p⁻¹)] at those moments. */
  readonly saturatedValue: number;
  /** The covariates, by their columns, with their joint moments where there are several. */
  readonly covariates: {
    readonly indices: readonly number[];
    readonly moments: Pick<SaturatedMoments, "covariance" | "mean"> | undefined;
  };
}

/** The independence model of one group: variables by themselves, over the cases that have them; covariates together. */
export function incompleteBaseline({ table, covariates }: IncompleteGroup): {
  sigma: Float64Array;
  mean: Float64Array;
} {
  const k = table.names.length;
  const sigma = new Float64Array(k * k);
  const mean = new Float64Array(k);
  table.columns.forEach((column, j) => {
    const values = column.filter((value) => !Number.isNaN(value));
    for (const value of values) mean[j]! += value / values.length;
    for (const value of values) sigma[j * k + j]! += (value - mean[j]!) ** 2 / values.length;
  });
  const { indices, moments } = covariates;
  if (moments) {
    indices.forEach((row, a) => {
      mean[row] = moments.mean[a]!;
      indices.forEach((column, b) => (sigma[row * k + column] = moments.covariance[a * indices.length + b]!));
    });
  }
  return { sigma, mean };
}

/** χ²₀ of the independence model against the saturated one, with `df` degrees of freedom. */
export function incompleteBaselineTest(groups: readonly IncompleteGroup[], df: number): Test {
  const chisq = groups.reduce((sum, group) => {
    const { sigma, mean } = incompleteBaseline(group);
    const result = evaluateIncomplete(group.patterns, mean.length, sigma, mean, group.saturatedValue);
    return sum + group.moments.n * (result?.value ?? NaN);
  }, 0);
  return { chisq, df };
}

/**
 * ln L = −½ Σ_g [n_g (saturated value) + Σ_p n_p k_p ln 2π] − ½ N F, less the part of fixed covariates, whose cases are
 * complete.
 */
export function incompleteLogLikelihood(
  problem: Problem,
  groups: readonly IncompleteGroup[],
  value: number,
): number {
  let total = 0;
  let observations = 0;
  groups.forEach(({ patterns, moments, saturatedValue, table }, g) => {
    const values = patterns.reduce((sum, { n, observed }) => sum + n * observed.length, 0);
    total -= 0.5 * (moments.n * saturatedValue + values * Math.log(2 * Math.PI));
    observations += moments.n;
    const covariates = exogenousIndices(problem, g);
    if (covariates.length === 0) return;
    const columns = covariates.map((j) => table.columns[j]!);
    const names = covariates.map((j) => table.names[j]!);
    const [pattern] = missingPatterns({ names, columns, rows: table.rows });
    const { value: own } = evaluateIncomplete(
      [pattern!],
      names.length,
      pattern!.covariance,
      pattern!.mean,
      0,
    )!;
    total += 0.5 * moments.n * (own + names.length * Math.log(2 * Math.PI));
  });
  return total - 0.5 * observations * value;
}
