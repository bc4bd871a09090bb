import type { Token } from "./tokens.ts";

/** The tokens of one statement, without line breaks, and the line break or end that follows. */
export interface StatementTokens {
  readonly tokens: readonly Token[];
  readonly end: Token;
}

/** Every statement has one of these. */
export const RELATIONS: ReadonlySet<string> = new Set("=~ ~ ~~ ~*~ <~ := == < > <= >= : | %".split(" "));

const NEEDS_RIGHT = new Set([...RELATIONS, "+", "-", "*", "/", "^", "(", ",", "?"]);
const NEEDS_LEFT = new Set(["+", "-", "*", "/", "^", ")", ","]);

/**
 * Cuts the tokens into statements, by lavaan's rule: a line with a relation starts a new statement. A line without
 * one continues the statement before it where that one cannot end yet (an open parenthesis, a trailing operator) or
 * where no statement can start so (a leading `+ - * / ^ ,` or `)`); anything else stands alone, for the parser to
 * refuse. A `;` is a line break.
 */
export function splitStatements(tokens: readonly Token[]): StatementTokens[] {
  const statements: { tokens: Token[]; end: Token; depth: number }[] = [];
  for (const line of splitLines(tokens)) {
    const open = statements.at(-1);
    const startsNew = line.tokens.some((token) => isSymbol(token, RELATIONS));
    const cannotEnd = open !== undefined && (open.depth > 0 || isSymbol(open.tokens.at(-1), NEEDS_RIGHT));
    if (open && !startsNew && (cannotEnd || isSymbol(line.tokens[0], NEEDS_LEFT))) {
      for (const token of line.tokens) open.tokens.push(token);
      open.end = line.end;
      open.depth += depthChange(line.tokens);
    } else statements.push({ ...line, depth: depthChange(line.tokens) });
  }
  return statements;
}

function splitLines(tokens: readonly Token[]): { tokens: Token[]; end: Token }[] {
  const lines: { tokens: Token[]; end: Token }[] = [];
  let current: Token[] = [];
  for (const token of tokens) {
    if (token.kind !== "newline" && token.kind !== "end") current.push(token);
    else if (current.length > 0) {
      lines.push({ tokens: current, end: token });
      current = [];
    }
  }
  return lines;
}

function depthChange(tokens: readonly Token[]): number {
  return tokens.reduce((depth, token) => {
    if (token.kind !== "symbol") return depth;
    return depth + (token.text === "(" ? 1 : token.text === ")" ? -1 : 0);
  }, 0);
}

export function isSymbol(token: Token | undefined, symbols: ReadonlySet<string>): boolean {
  return token?.kind === "symbol" && symbols.has(token.text);
}
