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
  return new ExpressionParser(cursor).sum();
}

/** One method for each rule of the grammar. */
class ExpressionParser {
  readonly #cursor: Cursor;
  #parts = 0;
  #depth = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  sum(): Expression {
    return this.#chain(["+", "-"], () => this.#product());
  }

  #product(): Expression {
    return this.#chain(["*", "/"], () => this.#sign());
  }

  #chain(operators: readonly ("+" | "-" | "*" | "/")[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = operators.find((symbol) => this.#cursor.at(symbol));
      if (operator === undefined) return left;
      this.#cursor.take();
      left = { kind: "binary", operator, left, right: operand() };
    }
  }

  #sign(): Expression {
    if (++this.#parts > MOST_PARTS) throw this.#tooLarge(`has more than ${MOST_PARTS} parts`);
    if (++this.#depth > DEEPEST) throw this.#tooLarge(`is nested more than ${DEEPEST} deep`);
    const operator = (["-", "+"] as const).find((symbol) => this.#cursor.accept(symbol));
    const result: Expression = operator ? { kind: "unary", operator, operand: this.#sign() } : this.#power();
    this.#depth--;
    return result;
  }

  #power(): Expression {
    const base = this.#atom();
    if (!this.#cursor.accept("^")) return base;
    return { kind: "binary", operator: "^", left: base, right: this.#sign() };
  }

  #atom(): Expression {
    const token = this.#cursor.peek();
    if (token.kind === "number") return { kind: "number", value: this.#cursor.take().value };
    if (token.kind === "name" || token.kind === "text") {
      this.#cursor.take();
      if (token.kind === "name" && this.#cursor.at("(")) return this.#call(token);
      return { kind: "name", name: token.text, line: token.line, column: token.column };
    }
    if (!this.#cursor.accept("(")) throw this.#cursor.unexpected("a label or a number", ADVICE);
    return this.#closed();
  }

  #closed(): Expression {
    const inner = this.sum();
    this.#cursor.expect(")", "Every parenthesis that is opened must be closed.");
    return inner;
  }

  #call(name: Token): Expression {
    if (!REAL_FUNCTIONS.has(name.text)) {
      throw syntaxError(
        `There is no function ${name.text}().`,
        `Known are ${[...REAL_FUNCTIONS.keys()].join(", ")}.${didYouMean(name.text, REAL_FUNCTIONS.keys())}`,
        name,
      );
    }
    this.#cursor.take();
    return { kind: "call", name: name.text, argument: this.#closed() };
  }

  #tooLarge(what: string): Error {
    return syntaxError(
      `The expression ${what}.`,
      "Define its pieces with := and combine them.",
      this.#cursor.peek(),
    );
  }
}
