import type { DataSet } from "../data/dataSet.ts";
import type { Moments, Table } from "../data/moments.ts";
import { selectRows } from "../data/table.ts";
import type { Problem } from "../engine/engine.ts";
import { OptionError } from "../errors.ts";
import { evaluateIncomplete, type MissingPattern, missingPatterns } from "../fit/missing.ts";
import { saturatedMoments } from "../fit/saturated.ts";
import { covariateIndices } from "./baseline.ts";
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
}

/** What full-information maximum likelihood starts from, and what had to be left out. */
export interface IncompleteData {
  readonly groups: readonly IncompleteGroup[];
  readonly warnings: readonly string[];
}

/**
 * Makes raw data ready for full-information maximum likelihood: leaves out cases that miss a fixed covariate (the model
 * says nothing about its distribution), and fits the saturated model to each group.
 * Throws OptionError where there are no cases or the model has no means, DataError as `saturatedMoments` does.
 */
export function prepareIncomplete(problem: Problem, data: DataSet): IncompleteData {
  if (!problem.model.meanStructure) {
    throw new OptionError(
      'missing = "fiml" needs the means in the model.',
      "Read the model with meanStructure: true (--meanstructure).",
    );
  }
  const warnings: string[] = [];
  const groups = data.groups.map(({ table }, g) => {
    if (!table) {
      throw new OptionError(
        'missing = "fiml" needs raw data.',
        "Give the cases instead of a covariance matrix.",
      );
    }
    const covariates = exogenousIndices(problem, g);
    const kept = selectRows(table, (row) => covariates.every((j) => !Number.isNaN(table.columns[j]![row]!)));
    const dropped = table.rows - kept.rows;
    if (dropped > 0) warnings.push(`${dropped} cases were left out because a fixed covariate is missing`);
    const { mean, covariance, value, patterns } = saturatedMoments(kept);
    const moments = { names: table.names, n: kept.rows, covariance, mean };
    return { table: kept, patterns, moments, saturatedValue: value };
  });
  return { groups, warnings };
}

/** The independence model of one group: variables by themselves, over the cases that have them; covariates together. */
export function incompleteBaseline(
  problem: Problem,
  { table }: IncompleteGroup,
  g: number,
): { sigma: Float64Array; mean: Float64Array } {
  const k = table.names.length;
  const sigma = new Float64Array(k * k);
  const mean = new Float64Array(k);
  table.columns.forEach((column, j) => {
    const values = column.filter((value) => !Number.isNaN(value));
    for (const value of values) mean[j]! += value / values.length;
    for (const value of values) sigma[j * k + j]! += (value - mean[j]!) ** 2 / values.length;
  });
  const covariates = covariateIndices(problem.model, g, table.names);
  if (covariates.length > 1) {
    const columns = covariates.map((j) => table.columns[j]!);
    const names = covariates.map((j) => table.names[j]!);
    const joint = saturatedMoments({ names, columns, rows: table.rows });
    covariates.forEach((row, a) => {
      mean[row] = joint.mean[a]!;
      covariates.forEach((column, b) => (sigma[row * k + column] = joint.covariance[a * names.length + b]!));
    });
  }
  return { sigma, mean };
}

/** χ²₀ of the independence model against the saturated one, with `df` degrees of freedom. */
export function incompleteBaselineTest(
  problem: Problem,
  groups: readonly IncompleteGroup[],
  df: number,
): Test {
  const chisq = groups.reduce((sum, group, g) => {
    const { sigma, mean } = incompleteBaseline(problem, group, g);
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
