import { ModelSyntaxError } from "../../errors.ts";

/** Where a token starts; both 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** `newline` ends a statement (a line break or `;`); `end` closes the list. */
export type TokenKind = "name" | "text" | "number" | "symbol" | "newline" | "end";

export interface Token extends Position {
  readonly kind: TokenKind;
  /** A name or a symbol as written, a quoted text without its quotes. */
  readonly text: string;
  /** The value of a number; NaN otherwise. */
  readonly value: number;
}

// Longest first, so that `~*~` is not read as `~`. `<=` and `>=` mean what `<` and `>` mean: bounds are closed.
const SYMBOL = /(?:~\*~|=~|~~|<~|:=|==|<=|>=|[~<>:|%+\-*/^(),?])/y;
const NAME = /[\p{L}_.][\p{L}\p{M}\p{N}_.]*/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const SPACE = /[^\S\r\n]+/y;
const NEWLINE = /\r\n|[\r\n;]/y;
const COMMENT = /[#!][^\r\n]*/y;
const TEXT = /"([^"\r\n]*)"|'([^'\r\n]*)'/y;

const LOOKALIKES: Readonly<Record<string, string>> = { "˜": "~", "∼": "~", "−": "-", "–": "-", "＝": "=" };

/**
 * Splits a model text into tokens; comments (`#` and `!` to the end of the line) and spaces are dropped.
 * Throws ModelSyntaxError at a character that belongs to no token.
 */
export function tokenise(source: string): Token[] {
  // Word processors replace the tilde and the minus sign; one character for one keeps the columns right.
  const text = source.replace(/[˜∼−–＝]/g, (character) => LOOKALIKES[character]!);
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let offset = text.startsWith("\uFEFF") ? 1 : 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = offset;
    return pattern.exec(text);
  };
  while (offset < text.length) {
    const column = offset - lineStart + 1;
    const push = (kind: TokenKind, content: string, value = Number.NaN): void => {
      tokens.push({ kind, text: content, value, line, column });
    };
    const skipped = match(SPACE) ?? match(COMMENT);
    if (skipped) {
      offset += skipped[0].length;
      continue;
    }
    const newline = match(NEWLINE);
    if (newline) {
      push("newline", newline[0]);
      offset += newline[0].length;
      if (newline[0] !== ";") {
        line++;
        lineStart = offset;
      }
      continue;
    }
    // A number goes before a name, because `.5` could start either.
    const found = match(NUMBER) ?? match(NAME) ?? match(TEXT) ?? match(SYMBOL);
    if (!found) throw strangeCharacter(text, offset, line, column);
    offset += found[0].length;
    const first = found[0];
    if (/^\.?\d/.test(first)) {
      push("number", first, Number(first));
      if (match(NAME)) throw digitFirst(first, line, column);
    } else if (/^["']/.test(first)) push("text", found[1] ?? found[2] ?? "");
    else if (/^[\p{L}_.]/u.test(first)) push("name", first);
    else push("symbol", first);
  }
  tokens.push({ kind: "end", text: "", value: Number.NaN, line, column: text.length - lineStart + 1 });
  return tokens;
}

function strangeCharacter(text: string, offset: number, line: number, column: number): ModelSyntaxError {
  const character = String.fromCodePoint(text.codePointAt(offset)!);
  if (character === '"' || character === "'") {
    return new ModelSyntaxError(
      `A quoted text is not closed on its line.`,
      `Put the closing ${character}. Of an R script give only what stands between the quotes.`,
      line,
      column,
    );
  }
  if (character === "=") {
    return new ModelSyntaxError(
      `A single "=" is not an operator.`,
      `Write "=~" for a latent variable, "==" for an equality constraint, ":=" to define a parameter.`,
      line,
      column,
    );
  }
  return new ModelSyntaxError(
    `The character ${JSON.stringify(character)} has no meaning here.`,
    `Names hold letters, digits, "." and "_"; put any other name in quotes, as in "my variable".`,
    line,
    column,
  );
}

function digitFirst(number: string, line: number, column: number): ModelSyntaxError {
  return new ModelSyntaxError(
    `A name cannot start with a digit, and a number cannot run into a name (after ${number}).`,
    `Write ${number}*name for a fixed value, or put the name in quotes.`,
    line,
    column,
  );
}
