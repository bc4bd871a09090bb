import type { Draft, DraftExpression } from "./buildDraft.ts";
import { applyConstraints } from "./buildExpressions.ts";
import { ParameterClasses } from "./buildParameters.ts";
import { buildStructure, type BuiltRow } from "./buildStructure.ts";
import { FIXED, type Model, type ParameterRow } from "./model.ts";

/**
 * Turns a parameter table into a `Model`: equal rows share one parameter, parameters are numbered in the order of their
 * first rows, and each group becomes a `Structure`.
 * Throws ModelError and ModelSyntaxError for models that contradict themselves (see the parts).
 */
export function buildModel(draft: Draft): Model {
  const classes = new ParameterClasses(draft.rows);
  const labels = classes.labels;
  const expressions = applyConstraints(draft, classes);
  const { parameters, indices } = classes.numbered();
  const built: BuiltRow[] = draft.rows.map((row, index) => {
    const parameter = indices[index]!;
    const { lhs, op, rhs, group, exogenous, user } = row;
    const value = parameter === FIXED ? classes.of(index).fixed! : Number.NaN;
    return {
      row: { lhs, op, rhs, group, label: labels[index]!, parameter, value, exogenous, user },
      draft: row,
    };
  });
  return {
    parameters,
    structures: draft.groups.map((group, index) =>
      buildStructure(
        group,
        built.filter(({ row }) => row.group === index + 1),
      ),
    ),
    meanStructure: draft.meanStructure,
    rows: [...built.map(({ row }) => row), ...expressions.map(expressionRow)],
    warnings: draft.warnings,
  };
}

function expressionRow({ op, lhs, rhs, left, right }: DraftExpression): ParameterRow {
  return {
    lhs,
    op,
    rhs,
    group: 0,
    label: op === ":=" ? lhs : "",
    parameter: FIXED,
    value: Number.NaN,
    exogenous: false,
    user: true,
    expression: op === ":=" ? right : { kind: "binary", operator: "-", left, right },
  };
}
