import type { ModelSyntaxError } from "../../errors.ts";
import { syntaxError } from "./cursor.ts";
import type { Token } from "./tokens.ts";
import { unsupported } from "./unsupported.ts";

/** Throws ModelSyntaxError at a parenthesis without its partner. */
export function checkParentheses(tokens: readonly Token[]): void {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.kind !== "symbol" || (token.text !== "(" && token.text !== ")")) continue;
    if (token.text === "(") open.push(token);
    else if (open.pop() === undefined) {
      throw syntaxError("This parenthesis closes nothing.", "Remove it, or open one before it.", token);
    }
  }
  const last = open.pop();
  if (last)
    throw syntaxError("This parenthesis is never closed.", "Put the closing ) where it belongs.", last);
}

/** Throws ModelSyntaxError for `x -> y`, dagitty's way to write an edge, which would read as a constraint here. */
export function refuseArrow(tokens: readonly Token[], relation: Token): void {
  const at = tokens.indexOf(relation);
  const dash = relation.text === ">" ? tokens[at - 1] : relation.text === "<" ? tokens[at + 1] : undefined;
  const touches = dash?.line === relation.line && Math.abs(dash.column - relation.column) === 1;
  // `a <-1` is a bound, `x <- y` an arrow.
  const isArrow = dash?.text === "-" && touches && tokens[at + 2]?.kind !== "number";
  if (!isArrow) return;
  throw syntaxError(
    "Arrows are not part of lavaan's language.",
    "Write y ~ x for an effect of x on y and x ~~ y for a covariance, or give the model as a dagitty file (.dag).",
    relation.text === ">" ? dash : relation,
  );
}

/** The error for a line that is no statement. */
export function withoutRelation(tokens: readonly Token[]): ModelSyntaxError {
  return syntaxError(
    "This line has no operator (=~, ~, ~~, :=, ==, < or >).",
    "If it continues the line before it, put + at its start.",
    tokens[0]!,
  );
}

/** The error for two operators in one statement. */
export function secondRelation(first: Token, second: Token): Error {
  if (second.text === ":" && first.text !== ":") {
    return unsupported(
      "interaction terms (x:z)",
      "Compute the product in the data and name it as a variable.",
      second,
    );
  }
  return syntaxError(
    `A second operator "${second.text}" in a statement that already has "${first.text}".`,
    first.line === second.line
      ? "Write one statement on each line."
      : "Write one statement on each line, and no + at the end of the line before it.",
    second,
  );
}
