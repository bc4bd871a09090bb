import type { Problem } from "../engine/engine.ts";
import type { GroupState } from "../fit/groupState.ts";
import { FIXED, type Model, type ParameterRow } from "../model/model.ts";
import { evaluateRows } from "../model/expressionValue.ts";
import { normalQuantile, normalTwoSided } from "./distributions.ts";
import type { ParameterEstimate } from "./result.ts";
import { type Standardization, standardizeRows } from "./standardize.ts";

/** Estimate and standard error of every row of the table; NaN where there is none. */
export interface RowValues {
  readonly estimate: number;
  readonly standardError: number;
}

/**
 * Values of all rows at θ with standard errors from V (t×t, `undefined` gives NaN): √V_jj for free parameters, the
 * delta method √(∇f V ∇fᵀ) for defined ones, 0 for fixed ones.
 */
export function rowValues(problem: Problem, theta: Float64Array, v: Float64Array | undefined): RowValues[] {
  const { model } = problem;
  const t = theta.length;
  const evaluated = new Map(evaluateRows(model, theta).map((result) => [result.row, result]));
  return model.rows.map((row) => {
    const expression = evaluated.get(row);
    if (expression) {
      const standardError = v ? Math.sqrt(quadratic(expression.gradient, v, t)) : NaN;
      return { estimate: expression.value, standardError: row.op === ":=" ? standardError : NaN };
    }
    if (row.parameter === FIXED) return { estimate: fixedValue(problem, row), standardError: 0 };
    const j = row.parameter;
    return { estimate: theta[j]!, standardError: v ? Math.sqrt(v[j * t + j]!) : NaN };
  });
}

/** ∇f V ∇fᵀ over the parameters that f depends on, which are few. */
function quadratic(gradient: Float64Array, v: Float64Array, t: number): number {
  const used: number[] = [];
  for (let i = 0; i < t; i++) if (gradient[i] !== 0) used.push(i);
  let sum = 0;
  for (const i of used) for (const j of used) sum += gradient[i]! * v[i * t + j]! * gradient[j]!;
  return sum;
}

/** A fixed row's number; rows fixed at the sample's moments take them from there. */
export function fixedValue({ moments }: Problem, row: ParameterRow): number {
  if (!row.exogenous) return row.value;
  const { names, covariance, mean } = moments[Math.max(row.group, 1) - 1]!;
  const left = names.indexOf(row.lhs);
  if (row.op === "~1") return mean ? mean[left]! : NaN;
  return covariance[left * names.length + names.indexOf(row.rhs)]!;
}

/** Standardised values of all rows with their standard errors. */
export interface StandardizedColumn {
  readonly values: Float64Array;
  readonly standardErrors: Float64Array;
}

export type StandardizedColumns = Readonly<Record<Standardization, StandardizedColumn>>;

/** All three standardisations; standard errors by the delta method from V (t×t), NaN without it. */
export function standardizedColumns(
  problem: Problem,
  states: readonly GroupState[],
  theta: Float64Array,
  estimates: readonly number[],
  v: Float64Array | undefined,
): StandardizedColumns {
  const t = theta.length;
  const column = (kind: Standardization): StandardizedColumn => {
    const { values, gradients } = standardizeRows(problem.model, states, theta, estimates, kind);
    const standardErrors = values.map((_, index) =>
      v ? Math.sqrt(Math.max(0, quadratic(gradients.subarray(index * t, index * t + t), v, t))) : NaN,
    );
    return { values, standardErrors };
  };
  return { all: column("all"), latent: column("latent"), allButCovariates: column("allButCovariates") };
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
