import { compileAllVariables } from "../engine/cpu/compiled.ts";
import { createGenerators } from "../engine/cpu/curvature/generators.ts";
import type { Problem } from "../engine/engine.ts";
import { evaluateExpression } from "../model/expressionValue.ts";
import type { Model, ParameterRow } from "../model/model.ts";

/** A row's value with latents (`latent`) or all variables (`all`) scaled to unit variance; lavaan's std.lv and std.all. */
export interface Standardized {
  readonly latent: number;
  readonly all: number;
}

/**
 * Standardised values of all rows, `values[i]` being the estimate of row i.
 *
 *     =~: λ σ_f / σ_x     ~: β σ_cause / σ_effect     ~1: α / σ     ~~: ψ / (s_a s_b)
 *
 * σ is the model-implied standard deviation, s the residual one of endogenous variables where a ≠ b (a residual
 * correlation) and σ where a = b. `latent` scales by latent variables only. Defined rows are computed from the
 * standardised values of their labels.
 */
export function standardizeRows(
  problem: Problem,
  theta: Float64Array,
  values: readonly number[],
): Standardized[] {
  const { model } = problem;
  const scales = model.structures.map((_, g) => groupScales(problem, g, theta));
  const rows = model.rows.map((row, index): Standardized => {
    if (row.group === 0) return { latent: NaN, all: NaN };
    const { deviations, residuals, isLatent } = scales[row.group - 1]!;
    const scale = (name: string, table: ReadonlyMap<string, number>, all: boolean): number =>
      all || isLatent.has(name) ? table.get(name)! : 1;
    const compute = (all: boolean): number =>
      standardizedValue(row, values[index]!, scale, deviations, residuals, all);
    return { latent: compute(false), all: compute(true) };
  });
  return standardizeDefined(model, rows);
}

function standardizedValue(
  row: ParameterRow,
  value: number,
  scale: (name: string, table: ReadonlyMap<string, number>, all: boolean) => number,
  deviations: ReadonlyMap<string, number>,
  residuals: ReadonlyMap<string, number>,
  all: boolean,
): number {
  switch (row.op) {
    case "=~":
      return (value * scale(row.lhs, deviations, all)) / scale(row.rhs, deviations, all);
    case "~":
      return (value * scale(row.rhs, deviations, all)) / scale(row.lhs, deviations, all);
    case "~~": {
      const table = row.lhs === row.rhs ? deviations : residuals;
      return value / (scale(row.lhs, table, all) * scale(row.rhs, table, all));
    }
    case "~1":
      return value / scale(row.lhs, deviations, all);
    default:
      return NaN;
  }
}

function groupScales(problem: Problem, g: number, theta: Float64Array) {
  const structure = problem.model.structures[g]!;
  const compiled = compileAllVariables(structure, theta.length);
  const { sigma } = createGenerators(compiled, theta);
  const deviations = new Map<string, number>();
  const residuals = new Map<string, number>();
  const own = new Map(structure.loadings.map(({ row, column }) => [column, row]));
  const { covariances } = compiled;
  structure.variables.forEach(({ name }, index) => {
    const at = compiled.position[index]!;
    deviations.set(name, Math.sqrt(sigma[at * compiled.p + at]!));
    const source = own.get(index);
    const e = covariances.row.findIndex((row, i) => row === source && covariances.column[i] === source);
    residuals.set(name, Math.sqrt(e < 0 ? 0 : covariances.value[e]!));
  });
  const isLatent = new Set(structure.variables.flatMap(({ name, observed }) => (observed ? [] : [name])));
  return { deviations, residuals, isLatent };
}

function standardizeDefined(model: Model, rows: Standardized[]): Standardized[] {
  const known = new Map<string, Standardized>();
  model.rows.forEach((row, index) => {
    if (row.group > 0 && row.label !== "" && !known.has(row.label)) known.set(row.label, rows[index]!);
  });
  const none = new Float64Array(0);
  return model.rows.map((row, index) => {
    if (row.op !== ":=" || !row.expression) return rows[index]!;
    const { expression } = row;
    const compute = (key: keyof Standardized): number =>
      evaluateExpression(expression, (name) => ({ value: known.get(name)?.[key] ?? NaN, gradient: none }))
        .value;
    const result = { latent: compute("latent"), all: compute("all") };
    known.set(row.lhs, result);
    return result;
  });
}
