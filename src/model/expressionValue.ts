import { ModelError } from "../errors.ts";
import type { Expression } from "./expression.ts";
import { REAL_FUNCTIONS } from "./expressionFunctions.ts";
import { FIXED, type Model, type ParameterRow } from "./model.ts";

/** A value and its gradient with respect to all free parameters θ. */
export interface Dual {
  readonly value: number;
  readonly gradient: Float64Array;
}

/**
 * The value of an expression and its gradient ∂/∂θ, by forward-mode differentiation: every operation
 * f(u, v) carries ∂f = f_u ∂u + f_v ∂v along. `lookup` gives value and gradient of a name.
 * Values outside a function's domain come out as NaN. Throws ModelError for an unknown function.
 */
export function evaluateExpression(expression: Expression, lookup: (name: string) => Dual): Dual {
  switch (expression.kind) {
    case "number":
      return { value: expression.value, gradient: new Float64Array(0) };
    case "name":
      return lookup(expression.name);
    case "unary": {
      const operand = evaluateExpression(expression.operand, lookup);
      return expression.operator === "+" ? operand : combine(-operand.value, operand, -1);
    }
    case "binary": {
      const left = evaluateExpression(expression.left, lookup);
      const right = evaluateExpression(expression.right, lookup);
      return evaluateBinary(expression.operator, left, right);
    }
    case "call": {
      const argument = evaluateExpression(expression.argument, lookup);
      const called = REAL_FUNCTIONS.get(expression.name);
      if (!called)
        throw new ModelError(`There is no function ${expression.name}().`, "Use a known function.");
      return combine(called.value(argument.value), argument, called.derivative(argument.value));
    }
  }
}

function evaluateBinary(operator: "+" | "-" | "*" | "/" | "^", left: Dual, right: Dual): Dual {
  const [u, v] = [left.value, right.value];
  switch (operator) {
    case "+":
      return combine(u + v, left, 1, right, 1);
    case "-":
      return combine(u - v, left, 1, right, -1);
    case "*":
      return combine(u * v, left, v, right, u);
    case "/":
      return combine(u / v, left, 1 / v, right, -u / (v * v));
    case "^":
      return combine(u ** v, left, v === 0 ? 0 : v * u ** (v - 1), right, u === 0 ? 0 : u ** v * Math.log(u));
  }
}

/** ∂ = a ∂u + b ∂v. An empty gradient stands for zeros: constants cost nothing and never spread a NaN. */
function combine(value: number, u: Dual, a: number, v?: Dual, b = 0): Dual {
  const gradient = new Float64Array(Math.max(u.gradient.length, v?.gradient.length ?? 0));
  u.gradient.forEach((partial, index) => {
    if (partial !== 0) gradient[index]! += a * partial;
  });
  v?.gradient.forEach((partial, index) => {
    if (partial !== 0) gradient[index]! += b * partial;
  });
  return { value, gradient };
}

/** The value of an expression without names; NaN where it holds one. */
export function constantValue(expression: Expression): number {
  const unknown: Dual = { value: Number.NaN, gradient: new Float64Array(0) };
  return evaluateExpression(expression, () => unknown).value;
}

/** The names that an expression uses, in the order of their places. */
export function expressionNames(expression: Expression): Extract<Expression, { kind: "name" }>[] {
  switch (expression.kind) {
    case "number":
      return [];
    case "name":
      return [expression];
    case "unary":
      return expressionNames(expression.operand);
    case "binary":
      return [...expressionNames(expression.left), ...expressionNames(expression.right)];
    case "call":
      return expressionNames(expression.argument);
  }
}

/** A `:=` or constraint row with the value and gradient of its `expression`. */
export interface EvaluatedRow extends Dual {
  readonly row: ParameterRow;
}

/**
 * All rows that carry an expression, evaluated at θ in the order of the table: defined parameters, and
 * `lhs − rhs` of the constraints. Every gradient has one entry per free parameter.
 * Throws ModelError where a name is neither a label nor a defined parameter.
 */
export function evaluateRows(model: Model, theta: ArrayLike<number>): EvaluatedRow[] {
  const withExpression = model.rows.filter(({ expression }) => expression !== undefined);
  const rowOf = labelledRows(model);
  const defined = new Map<string, Dual>();
  const lookup = (name: string): Dual => {
    const row = model.rows[rowOf(name)];
    const dual = row ? rowValue(model, row, theta) : defined.get(name);
    if (dual) return dual;
    throw new ModelError(`Nothing in the model is labelled "${name}".`, "Use a label of the model.");
  };
  const evaluate = (row: ParameterRow): EvaluatedRow => {
    const dual = evaluateExpression(row.expression!, lookup);
    const gradient = new Float64Array(model.parameters.length);
    gradient.set(dual.gradient);
    if (row.op === ":=") defined.set(row.lhs, { value: dual.value, gradient });
    return { row, value: dual.value, gradient };
  };
  // A constraint may speak of a parameter that is defined below it.
  const definitions = withExpression.filter(({ op }) => op === ":=");
  const evaluated = new Map(definitions.map((row) => [row, evaluate(row)]));
  return withExpression.map((row) => evaluated.get(row) ?? evaluate(row));
}

function rowValue(model: Model, row: ParameterRow, theta: ArrayLike<number>): Dual {
  if (row.parameter === FIXED) return { value: row.value, gradient: new Float64Array(0) };
  const gradient = new Float64Array(model.parameters.length);
  gradient[row.parameter] = 1;
  return { value: theta[row.parameter]!, gradient };
}

/** Finds the row of a label, or of lavaan's `.pN.`; −1 where there is none. */
function labelledRows(model: Model): (name: string) => number {
  const labelled = new Map<string, number>();
  model.rows.forEach(({ label, expression }, index) => {
    if (label !== "" && expression === undefined && !labelled.has(label)) labelled.set(label, index);
  });
  return (name) => labelled.get(name) ?? Number(/^\.p(\d+)\.$/.exec(name)?.[1] ?? 0) - 1;
}
