import type { Expression } from "../expression.ts";
import { constantValue, expressionNames } from "../expressionValue.ts";
import { REAL_FUNCTIONS } from "../expressionFunctions.ts";
import { Cursor, syntaxError } from "./cursor.ts";
import { parseExpression } from "./parseExpression.ts";
import type { Modifiers } from "./statements.ts";
import { didYouMean } from "./suggest.ts";
import type { Position, Token } from "./tokens.ts";

/** One argument of a modifier: a number, a label, or NA. */
type Argument = number | string | undefined;

const NUMERIC = ["start", "lower", "upper"] as const;
const TEXTUAL = ["label", "equal"] as const;
/** The functions that modifiers may be. */
export const CALLS: readonly string[] = [...NUMERIC, ...TEXTUAL, "c"];

/**
 * Reads what stands before `*` in a term:
 *
 *     modifier = "NA" | label | text | number | call
 *     call     = ("start" | "lower" | "upper" | "label" | "equal" | "c") "(" argument { "," argument } ")"
 *     argument = number | "NA" | label | text | "c" "(" argument { "," argument } ")"
 *
 * where a number may be arithmetic on numbers, as in `(1/3)*x`. Throws ModelSyntaxError.
 */
export function parseModifiers(tokens: readonly Token[], after: Token): Modifiers {
  const cursor = new Cursor(tokens, after);
  const first = cursor.peek();
  if (tokens.length === 1 && (first.kind === "name" || first.kind === "text")) {
    return first.kind === "name" && first.text === "NA" ? { fixed: [Number.NaN] } : { label: [first.text] };
  }
  if (first.kind === "name" && cursor.peek(1).text === "(" && !REAL_FUNCTIONS.has(first.text)) {
    const modifiers = parseCall(cursor, first);
    if (!cursor.isDone) throw cursor.unexpected('"*" and one variable', SEVERAL);
    return modifiers;
  }
  const value = constantNumber(cursor);
  if (!cursor.isDone) throw cursor.unexpected('"*" and one variable', SEVERAL);
  return { fixed: [value] };
}

const SEVERAL = "To give a parameter several modifiers, name its variable again: f =~ NA*x1 + a*x1.";

function parseCall(cursor: Cursor, name: Token): Modifiers {
  if (!CALLS.includes(name.text)) {
    throw syntaxError(
      `There is no modifier ${name.text}().`,
      `Known are start(), lower(), upper(), label(), equal() and c().${didYouMean(name.text, CALLS)}`,
      name,
    );
  }
  cursor.take();
  const values = parseArguments(cursor, 0);
  const numeric = NUMERIC.find((kind) => kind === name.text);
  if (numeric) return { [numeric]: values.map((value) => asNumber(value, numeric, name)) };
  const textual = TEXTUAL.find((kind) => kind === name.text);
  if (textual) return { [textual]: values.map((value) => asText(value, textual, name)) };
  const given = values.filter((value) => value !== undefined);
  if (given.every((value) => typeof value === "number")) {
    return { fixed: values.map((value) => (value === undefined ? Number.NaN : asNumber(value, "c", name))) };
  }
  if (given.every((value) => typeof value === "string")) {
    return { label: values.map((value) => asText(value, "c", name)) };
  }
  throw syntaxError(
    "c() mixes numbers and labels.",
    "Name the variable twice: once with c() of numbers and NA, once with c() of labels.",
    name,
  );
}

function parseArguments(cursor: Cursor, depth: number): Argument[] {
  const opening = cursor.expect("(", "A modifier is written like a function: start(0.5)*x.");
  if (depth > 1)
    throw syntaxError("c() is nested too deep.", "Write one c() with one value per group.", opening);
  const values: Argument[] = [];
  do {
    values.push(...parseArgument(cursor, depth));
  } while (cursor.accept(","));
  cursor.expect(")", "Values are separated by commas, and the parenthesis must be closed.");
  return values;
}

function parseArgument(cursor: Cursor, depth: number): Argument[] {
  const token = cursor.peek();
  if (token.kind === "text") return [cursor.take().text];
  const next = cursor.peek(1);
  if (token.kind === "name" && (next.text === "," || next.text === ")") && next.kind === "symbol") {
    cursor.take();
    if (token.text === "NA") return [undefined];
    return [token.text === "Inf" ? Number.POSITIVE_INFINITY : token.text];
  }
  if (token.kind === "name" && token.text === "c" && next.text === "(") {
    cursor.take();
    return parseArguments(cursor, depth + 1);
  }
  if (cursor.at("-") && next.text === "Inf") {
    cursor.take();
    cursor.take();
    return [Number.NEGATIVE_INFINITY];
  }
  return [constantNumber(cursor)];
}

function constantNumber(cursor: Cursor): number {
  const start = cursor.peek();
  const expression: Expression = parseExpression(cursor);
  const [name] = expressionNames(expression);
  if (name) {
    throw syntaxError(
      `A modifier is one label, one number or one call; it cannot be computed from "${name.name}".`,
      SEVERAL,
      name,
    );
  }
  const value = constantValue(expression);
  if (!Number.isFinite(value)) {
    throw syntaxError("This modifier is not a finite number.", "Give a number.", start);
  }
  return value;
}

function asNumber(value: Argument, modifier: string, at: Position): number {
  if (value === undefined) return Number.NaN;
  if (typeof value === "number") return value;
  throw syntaxError(`${modifier}() takes numbers, not "${value}".`, `Write ${modifier}(0.5)*x.`, at);
}

function asText(value: Argument, modifier: string, at: Position): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  throw syntaxError(`${modifier}() takes labels, not ${value}.`, `Write ${modifier}("a")*x.`, at);
}
