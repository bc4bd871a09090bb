import { Cursor, describe, syntaxError } from "./cursor.ts";
import { CALLS, parseModifiers } from "./parseModifiers.ts";
import type { Modifiers, Term } from "./statements.ts";
import type { Position, Token } from "./tokens.ts";
import { unsupported } from "./unsupported.ts";

/**
 * Reads a right-hand side:
 *
 *     sum  = [ "+" ] term { "+" term }
 *     term = [ modifier "*" | number "?" ] variable
 *     variable = name | text | "1" | "0"
 *
 * A variable that is named again adds modifiers to its term (`NA*x1 + a*x1`), as in lavaan.
 * Throws ModelSyntaxError, and UnsupportedError for interactions `x:z`.
 */
export function parseTerms(tokens: readonly Token[], end: Token): Term[] {
  const terms = new Map<Term["variable"], Term>();
  for (const piece of splitAtPlus(tokens, end)) {
    const term = parseTerm(piece.tokens, piece.end);
    const earlier = terms.get(term.variable);
    terms.set(term.variable, earlier ? mergeTerms(earlier, term) : term);
  }
  return [...terms.values()];
}

function splitAtPlus(tokens: readonly Token[], end: Token): { tokens: Token[]; end: Token }[] {
  const pieces: { tokens: Token[]; end: Token }[] = [];
  let current: Token[] = [];
  let depth = 0;
  tokens.forEach((token, index) => {
    const symbol = token.kind === "symbol" ? token.text : "";
    if (symbol === "(") depth++;
    if (symbol === ")") depth--;
    const isSeparator = symbol === "+" && depth === 0;
    if (!isSeparator) current.push(token);
    else if (index > 0) {
      pieces.push({ tokens: current, end: token });
      current = [];
    }
  });
  pieces.push({ tokens: current, end });
  return pieces;
}

function parseTerm(tokens: readonly Token[], end: Token): Term {
  const [first] = tokens;
  if (!first) throw emptyTerm(end);
  const place = { line: first.line, column: first.column };
  const star = lastStar(tokens);
  const question = tokens.findIndex((token) => token.kind === "symbol" && token.text === "?");
  const split = Math.max(star, question);
  const variable = parseVariable(tokens.slice(split + 1), end);
  if (split < 0) return { variable, modifiers: {}, ...place };
  const before = tokens.slice(0, split);
  const modifiers = parseModifiers(before, tokens[split]!);
  return { variable, modifiers: question === split ? asStart(modifiers, first) : modifiers, ...place };
}

function emptyTerm(next: Token): Error {
  const found = next.text === "+" ? 'there is another "+"' : "the statement ends";
  return syntaxError(
    `Expected a variable, but ${found}.`,
    "A right-hand side is a sum of variables, joined by single +.",
    next,
  );
}

function lastStar(tokens: readonly Token[]): number {
  let depth = 0;
  let star = -1;
  tokens.forEach((token, index) => {
    if (token.kind !== "symbol") return;
    if (token.text === "(") depth++;
    if (token.text === ")") depth--;
    if (token.text === "*" && depth === 0) star = index;
  });
  return star;
}

/** `0.5?x` is lavaan's shorthand for `start(0.5)*x`. */
function asStart(modifiers: Modifiers, at: Position): Modifiers {
  if (modifiers.fixed) return { start: modifiers.fixed };
  throw syntaxError("Before ? stands a starting value.", "Write start(0.5)*x.", at);
}

function parseVariable(tokens: readonly Token[], end: Token): Term["variable"] {
  const [token, next] = tokens;
  if (!token) throw new Cursor([], end).unexpected("a variable after *", "Write modifier*variable.");
  if (next?.text === ":" && next.kind === "symbol") {
    throw unsupported(
      "interaction terms (x:z)",
      "Compute the product in the data and name it as a variable.",
      token,
    );
  }
  const isName = token.kind === "text" || (token.kind === "name" && token.text !== "NA");
  const isConstant = token.kind === "number" && (token.value === 1 || token.value === 0);
  if (!isName && !isConstant) throw notAVariable(token);
  if (next) throw afterVariable(token, next);
  if (token.kind === "text" && token.text.trim() === "") {
    throw syntaxError("A name cannot be empty.", "Write the name between the quotes.", token);
  }
  return isName ? token.text : token.value === 1 ? 1 : 0;
}

function notAVariable(token: Token): Error {
  const advice: Readonly<Record<string, string>> = {
    number: `To fix a parameter write ${token.text}*variable; an intercept is ~ 1, or ~ ${token.text}*1 at a fixed value.`,
    name: "NA frees a parameter: write NA*variable.",
  };
  return syntaxError(
    `Expected a variable, but there is ${describe(token)}.`,
    advice[token.kind] ??
      "A right-hand side is a sum of variables, each with its modifier: x1 + 0.5*x2 + a*x3.",
    token,
  );
}

function afterVariable(variable: Token, next: Token): Error {
  const name = variable.text;
  if (next.text === "-") {
    return syntaxError(
      `Variables are added, not subtracted.`,
      `Fix the coefficient instead: + -1*variable.`,
      next,
    );
  }
  if (next.text === "(") {
    return syntaxError(
      `${name}( ) cannot stand here.`,
      CALLS.includes(name)
        ? `A modifier is followed by * and a variable: ${name}(…)*x.`
        : "Functions of variables are not part of the language: compute them in the data.",
      variable,
    );
  }
  return syntaxError(
    `Expected "+" or the end of the line after "${name}", but there is ${describe(next)}.`,
    next.kind === "name" || next.kind === "text"
      ? `Put + between ${name} and ${next.text}.`
      : "A right-hand side is a sum of variables, each with its modifier: x1 + 0.5*x2 + a*x3.",
    next,
  );
}

function mergeTerms(term: Term, again: Term): Term {
  const kinds = Object.keys(again.modifiers);
  const repeated = kinds.length === 0 || kinds.some((kind) => Object.hasOwn(term.modifiers, kind));
  if (repeated) {
    throw syntaxError(
      `"${again.variable}" is named twice in this formula (first at line ${term.line}, column ${term.column}).`,
      "Remove one of them; only different modifiers may be spread over two mentions, as in NA*x + a*x.",
      again,
    );
  }
  return { ...term, modifiers: { ...term.modifiers, ...again.modifiers } };
}
