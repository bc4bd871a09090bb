import type { Expression } from "../expression.ts";
import { REAL_FUNCTIONS } from "../expressionFunctions.ts";
import { syntaxError, type Cursor } from "./cursor.ts";
import { didYouMean } from "./suggest.ts";
import type { Token } from "./tokens.ts";

/** Keep the recursion here, and in the evaluation later, far from the end of the stack. */
const MOST_PARTS = 2000;
const DEEPEST = 100;

const ADVICE = "An expression holds labels, numbers, + - * / ^, parentheses and functions such as exp(a).";

/**
 * Reads one expression:
 *
 *     sum     = product { ("+" | "-") product }
 *     product = sign { ("*" | "/") sign }
 *     sign    = ("-" | "+") sign | power
 *     power   = atom [ "^" sign ]            so that -a^2 is -(a^2), as in R
 *     atom    = number | name | function "(" sum ")" | "(" sum ")"
 *
 * Throws ModelSyntaxError where the tokens do not fit.
 */
export function parseExpression(cursor: Cursor): Expression {
  let parts = 0;
  let depth = 0;
  const chain = (operators: readonly ("+" | "-" | "*" | "/")[], operand: () => Expression): Expression => {
    let left = operand();
    for (;;) {
      const operator = operators.find((symbol) => cursor.at(symbol));
      if (operator === undefined) return left;
      cursor.take();
      left = { kind: "binary", operator, left, right: operand() };
    }
  };
  const sum = (): Expression => chain(["+", "-"], product);
  const product = (): Expression => chain(["*", "/"], sign);
  const sign = (): Expression => {
    if (++parts > MOST_PARTS || ++depth > DEEPEST) {
      throw syntaxError(
        parts > MOST_PARTS
          ? `The expression has more than ${MOST_PARTS} parts.`
          : `The expression is nested more than ${DEEPEST} deep.`,
        "Define its pieces with := and combine them.",
        cursor.peek(),
      );
    }
    const result = signed();
    depth--;
    return result;
  };
  const signed = (): Expression => {
    for (const operator of ["-", "+"] as const) {
      if (cursor.accept(operator)) return { kind: "unary", operator, operand: sign() };
    }
    const base = atom();
    return cursor.accept("^") ? { kind: "binary", operator: "^", left: base, right: sign() } : base;
  };
  const atom = (): Expression => {
    const token = cursor.peek();
    if (token.kind === "number") return { kind: "number", value: cursor.take().value };
    if (token.kind === "name" || token.kind === "text") {
      cursor.take();
      if (token.kind === "name" && cursor.at("(")) return call(token);
      return { kind: "name", name: token.text, line: token.line, column: token.column };
    }
    if (!cursor.accept("(")) throw cursor.unexpected("a label or a number", ADVICE);
    return closed();
  };
  const closed = (): Expression => {
    const inner = sum();
    cursor.expect(")", "Every parenthesis that is opened must be closed.");
    return inner;
  };
  const call = (name: Token): Expression => {
    if (!REAL_FUNCTIONS.has(name.text)) {
      throw syntaxError(
        `There is no function ${name.text}().`,
        `Known are ${[...REAL_FUNCTIONS.keys()].join(", ")}.${didYouMean(name.text, REAL_FUNCTIONS.keys())}`,
        name,
      );
    }
    cursor.take();
    return { kind: "call", name: name.text, argument: closed() };
  };
  return sum();
}
