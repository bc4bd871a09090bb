import type { DraftExpression } from "../buildDraft.ts";
import type { Expression } from "../expression.ts";
import type { Position } from "./tokens.ts";

/** A name as written in the model text. */
export interface PlacedName extends Position {
  readonly name: string;
}

/** What stands before `*`: one value for all groups, or one for each. */
export interface Modifiers {
  /** Fixed values; NaN frees the parameter (`NA*x`). */
  readonly fixed?: readonly number[];
  readonly start?: readonly number[];
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
  /** Labels; "" leaves a group without one. */
  readonly label?: readonly string[];
  /** Names of other rows, as in `equal("f=~x2")*x3`. */
  readonly equal?: readonly string[];
}

/** One summand of a right-hand side. `1` and `0` stand for the intercept and for "nothing". */
export interface Term extends Position {
  readonly variable: string | 1 | 0;
  readonly modifiers: Modifiers;
}

export type FormulaOperator = "=~" | "~" | "~~";

export interface Formula extends Position {
  readonly kind: "formula";
  readonly operator: FormulaOperator;
  readonly left: readonly PlacedName[];
  readonly terms: readonly Term[];
}

/** `name := expression`. */
export interface Definition extends Position {
  readonly kind: "definition";
  readonly name: string;
  readonly expression: Expression;
  /** The expression as written, without spaces. */
  readonly text: string;
}

export interface Constraint extends Position {
  readonly kind: "constraint";
  readonly operator: "==" | "<" | ">";
  readonly left: Expression;
  readonly right: Expression;
  /** The two sides as written, without spaces. */
  readonly leftText: string;
  readonly rightText: string;
}

/** `group: label` opens the rows of one group. */
export interface GroupBlock extends Position {
  readonly kind: "group";
  readonly label: string;
}

export type Statement = Formula | Definition | Constraint | GroupBlock;

/** A definition or constraint as `buildModel` takes it. */
export function draftExpression(statement: Definition | Constraint): DraftExpression {
  const position = { line: statement.line, column: statement.column };
  if (statement.kind === "constraint") {
    const { operator: op, left, right, leftText: lhs, rightText: rhs } = statement;
    return { op, lhs, rhs, left, right, position };
  }
  const { name, expression: right, text: rhs } = statement;
  return { op: ":=", lhs: name, rhs, left: { kind: "name", name, ...position }, right, position };
}
