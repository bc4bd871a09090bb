/** Arithmetic on parameter labels, as in `indirect := a*b`. Positions are 1-based columns into the model text. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string; readonly line: number; readonly column: number }
  | { readonly kind: "unary"; readonly operator: "-" | "+"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: "+" | "-" | "*" | "/" | "^";
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly name: string; readonly argument: Expression };
