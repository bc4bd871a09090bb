import { ModelError } from "../errors.ts";
import type { Expression } from "./expression.ts";
import type { Position } from "./syntax/tokens.ts";

/** One row of the parameter table before parameters are numbered. */
export interface DraftRow {
  readonly lhs: string;
  readonly op: "=~" | "~" | "~~" | "~1";
  readonly rhs: string;
  /** 1-based. */
  readonly group: number;
  readonly user: boolean;
  readonly free: boolean;
  /** The fixed value; NaN where the row is free or its value comes from the sample. */
  readonly value: number;
  readonly start: number | undefined;
  readonly lower: number;
  readonly upper: number;
  readonly exogenous: boolean;
  readonly label: string;
  /** Rows with the same key are one parameter: the label, or else the row's own name. */
  readonly key: string;
  /** Where the model text states it. */
  readonly position?: Position;
}

/** A `:=` (`left` is then the new name) or a constraint. */
export interface DraftExpression {
  readonly op: ":=" | "==" | "<" | ">";
  readonly lhs: string;
  readonly rhs: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly position?: Position;
}

/** The variables of one group. */
export interface DraftGroup {
  readonly label: string;
  readonly observed: readonly string[];
  /** Unobserved variables x. */
  readonly latents: readonly string[];
  /**
   * Exogenous terms ε that are no variables (the latents of an AMASEM): their `=~` rows are entries of Λ. Their
   * variances are 1 and their covariances 0 unless `~~` rows say otherwise.
   */
  readonly sources: readonly string[];
}

/** All that `buildModel` needs; every input format ends here. */
export interface Draft {
  readonly groups: readonly DraftGroup[];
  readonly rows: readonly DraftRow[];
  readonly expressions: readonly DraftExpression[];
  readonly meanStructure: boolean;
  readonly warnings: readonly string[];
}

/** lavaan's name of a row, as in `f=~x2`, `x1~1` or, in the second group, `x1~~x1.g2`. */
export function rowName({ lhs, op, rhs }: Pick<DraftRow, "lhs" | "op" | "rhs">, group: number): string {
  return group > 1 ? `${lhs}${op}${rhs}.g${group}` : lhs + op + rhs;
}

/** ` (line 3, column 5)`, or an empty text where the place is not known. */
export function placeOf(position: Position | undefined): string {
  return position ? ` (line ${position.line}, column ${position.column})` : "";
}

/** A ModelError at a place of the model text, where there is one. */
export function modelError(message: string, advice: string, position: Position | undefined): ModelError {
  return new ModelError(message, advice, position?.line, position?.column);
}
