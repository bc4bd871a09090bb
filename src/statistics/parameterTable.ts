import type { Problem } from "../engine/engine.ts";
import type { GroupState } from "../fit/groupState.ts";
import { FIXED, type Model, type ParameterRow } from "../model/model.ts";
import { evaluateRows } from "../model/expressionValue.ts";
import { normalQuantile, normalTwoSided } from "./distributions.ts";
import type { EstimateVariance } from "./estimateVariance.ts";
import type { ParameterEstimate } from "./result.ts";
import {
  type Standardization,
  standardizationScales,
  type StandardizedColumn,
  standardizeRows,
} from "./standardize.ts";

/** Estimate and standard error of every row of the table; NaN where there is none. */
export interface RowValues {
  readonly estimate: number;
  readonly standardError: number;
}

/**
 * Values of all rows at θ with standard errors from the variance V of the estimates (`undefined` gives NaN): √V_jj for
 * free parameters, the delta method √(∇f V ∇fᵀ) for defined ones, 0 for fixed ones.
 */
export function rowValues(
  problem: Problem,
  theta: Float64Array,
  variance: EstimateVariance | undefined,
): RowValues[] {
  const { model } = problem;
  const evaluated = new Map(evaluateRows(model, theta).map((result) => [result.row, result]));
  return model.rows.map((row) => {
    const expression = evaluated.get(row);
    if (expression) {
      const isDefined = row.op === ":=" && variance;
      const standardError = isDefined ? Math.sqrt(deltaVariance(variance, expression.gradient)) : NaN;
      return { estimate: expression.value, standardError };
    }
    if (row.parameter === FIXED) return { estimate: fixedValue(problem, row), standardError: 0 };
    return { estimate: theta[row.parameter]!, standardError: variance?.standardError(row.parameter) ?? NaN };
  });
}

/** ∇f V ∇fᵀ. */
function deltaVariance(variance: EstimateVariance, gradient: Float64Array): number {
  const image = new Float64Array(gradient.length);
  variance.addImage(1, gradient, image);
  return variance.variance(gradient, image);
}

/** A fixed row's number; rows fixed at the sample's moments take them from there. */
export function fixedValue({ moments }: Problem, row: ParameterRow): number {
  if (!row.exogenous) return row.value;
  const { names, covariance, mean } = moments[Math.max(row.group, 1) - 1]!;
  const left = names.indexOf(row.lhs);
  if (row.op === "~1") return mean ? mean[left]! : NaN;
  return covariance[left * names.length + names.indexOf(row.rhs)]!;
}

export type StandardizedColumns = Readonly<Record<Standardization, StandardizedColumn>>;

/** All three standardisations; standard errors of the two that are reported with them, NaN without a variance. */
export function standardizedColumns(
  { model }: Problem,
  states: readonly GroupState[],
  theta: Float64Array,
  estimates: readonly number[],
  variance: EstimateVariance | undefined,
): StandardizedColumns {
  const scales = states.map((state, g) => standardizationScales(model, g, state, theta));
  return {
    all: standardizeRows(model, scales, estimates, "all", variance),
    latent: standardizeRows(model, scales, estimates, "latent", variance),
    allButCovariates: standardizeRows(model, scales, estimates, "allButCovariates", undefined),
  };
}

/** z, two-sided p and a symmetric confidence interval; NaN where the standard error is 0 or unknown. */
export function describeRows(
  model: Model,
  values: readonly RowValues[],
  standardized: StandardizedColumns,
  level: number,
): ParameterEstimate[] {
  const width = normalQuantile(0.5 + level / 2);
  return model.rows.map((row, index) => {
    const { estimate, standardError } = values[index]!;
    const z = standardError > 0 ? estimate / standardError : NaN;
    return {
      lhs: row.lhs,
      op: row.op,
      rhs: row.rhs,
      group: row.group,
      label: row.label,
      free: row.parameter !== FIXED,
      estimate,
      standardError,
      z,
      pValue: normalTwoSided(z),
      ciLower: estimate - width * standardError,
      ciUpper: estimate + width * standardError,
      standardized: standardized.all.values[index]!,
      standardizedLatent: standardized.latent.values[index]!,
      standardizedAllButCovariates: standardized.allButCovariates.values[index]!,
      standardizedStandardError: standardized.all.standardErrors[index]!,
      standardizedLatentStandardError: standardized.latent.standardErrors[index]!,
    };
  });
}
