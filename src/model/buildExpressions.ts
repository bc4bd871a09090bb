import { ModelSyntaxError } from "../errors.ts";
import { modelError, type Draft, type DraftExpression } from "./buildDraft.ts";
import type { ParameterClasses } from "./buildParameters.ts";
import type { Expression } from "./expression.ts";
import { evaluateExpression, expressionNames, type Dual } from "./expressionValue.ts";
import { didYouMean } from "./syntax/suggest.ts";

/**
 * Works the constraints into the parameters where that is exact, and returns what stays for the table: every `:=`, and
 * the constraints that the fit must handle. `a == b` makes two parameters one, `a == 0.5` fixes a parameter,
 * `a > 0` bounds it.
 * Throws ModelSyntaxError for unknown names, ModelError for constraints that can never hold.
 */
export function applyConstraints(draft: Draft, classes: ParameterClasses): DraftExpression[] {
  checkNames(draft, classes);
  let open = draft.expressions.filter((expression) => expression.op !== ":=");
  // Fixing one parameter can make another constraint constant, so look again until nothing changes.
  for (let before = Number.POSITIVE_INFINITY; open.length < before;) {
    before = open.length;
    open = open.filter((constraint) => constraint.op !== "==" || !applyEquality(constraint, classes));
  }
  const kept = new Set(open.filter((constraint) => !applyBound(constraint, classes)));
  return draft.expressions.filter((expression) => expression.op === ":=" || kept.has(expression));
}

function checkNames(draft: Draft, classes: ParameterClasses): void {
  const definitions = new Set<string>();
  const all = new Set(draft.expressions.filter(({ op }) => op === ":=").map(({ lhs }) => lhs));
  const check = (expression: Expression, known: (name: string) => boolean): void => {
    for (const { name, line, column } of expressionNames(expression)) {
      if (known(name)) continue;
      const message = all.has(name)
        ? `"${name}" is used before it is defined.`
        : `No parameter is labelled "${name}", and none is defined by that name.`;
      const advice = all.has(name)
        ? `Move its := line up.`
        : `Label a parameter with ${name}*variable.${didYouMean(name, [...classes.names, ...all])}`;
      throw new ModelSyntaxError(message, advice, line, column);
    }
  };
  for (const { op, lhs, right, position } of draft.expressions) {
    if (op !== ":=") continue;
    if (definitions.has(lhs) || classes.rowOf(lhs) !== undefined) {
      const what = definitions.has(lhs) ? "has been defined before" : "is the label of a parameter";
      throw modelError(`"${lhs}" ${what}.`, "Choose another name.", position);
    }
    check(right, (name) => classes.rowOf(name) !== undefined || definitions.has(name));
    definitions.add(lhs);
  }
  for (const { op, left, right } of draft.expressions) {
    if (op === ":=") continue;
    for (const side of [left, right])
      check(side, (name) => classes.rowOf(name) !== undefined || all.has(name));
  }
}

/** True where the equality is part of the parameters now. */
function applyEquality(constraint: DraftExpression, classes: ParameterClasses): boolean {
  const [left, right] = [sideOf(constraint.left, classes), sideOf(constraint.right, classes)];
  if (left.row !== undefined && right.row !== undefined) {
    classes.merge(left.row, right.row);
    return true;
  }
  if (left.constant !== undefined && right.constant !== undefined) {
    return checkConstant(constraint, left.constant, right.constant);
  }
  const row = left.row ?? right.row;
  const value = left.constant ?? right.constant;
  if (row === undefined || value === undefined) return false;
  classes.of(row).fixed = value;
  return true;
}

/** True where the inequality is a bound of one parameter, or holds already. */
function applyBound(constraint: DraftExpression, classes: ParameterClasses): boolean {
  if (constraint.op === "==") return false;
  const [left, right] = [sideOf(constraint.left, classes), sideOf(constraint.right, classes)];
  if (left.constant !== undefined && right.constant !== undefined) {
    return checkConstant(constraint, left.constant, right.constant);
  }
  const row = left.row ?? right.row;
  const value = left.constant ?? right.constant;
  if (row === undefined || value === undefined) return false;
  const isLower = (constraint.op === ">") === (left.row !== undefined);
  if (isLower) classes.bound(row, value, Number.POSITIVE_INFINITY, constraint.position);
  else classes.bound(row, Number.NEGATIVE_INFINITY, value, constraint.position);
  return true;
}

/** A side that is one free parameter (`row`), or a number once the fixed parameters are put in (`constant`). */
function sideOf(expression: Expression, classes: ParameterClasses): { row?: number; constant?: number } {
  if (expression.kind === "name") {
    const row = classes.rowOf(expression.name);
    if (row !== undefined && classes.of(row).fixed === undefined) return { row };
  }
  const fixedOf = (name: string): number => {
    const row = classes.rowOf(name);
    return (row === undefined ? undefined : classes.of(row).fixed) ?? Number.NaN;
  };
  const lookup = (name: string): Dual => ({ value: fixedOf(name), gradient: new Float64Array(0) });
  const { value } = evaluateExpression(expression, lookup);
  return Number.isNaN(value) ? {} : { constant: value };
}

function checkConstant({ op, lhs, rhs, position }: DraftExpression, left: number, right: number): boolean {
  // Fixed values come from decimal text and a little arithmetic: rounding, not meaning, below this.
  const slack = 1e-12 * Math.max(1, Math.abs(left), Math.abs(right));
  const holds =
    op === "=="
      ? Math.abs(left - right) <= slack
      : op === "<"
        ? left <= right + slack
        : left >= right - slack;
  if (holds) return true;
  throw modelError(
    `The constraint ${lhs} ${op} ${rhs} can never hold: the fixed values give ${left} and ${right}.`,
    "Remove the constraint, or free one of its parameters.",
    position,
  );
}
