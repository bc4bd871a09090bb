import { ModelSyntaxError } from "../../errors.ts";
import type { Position, Token } from "./tokens.ts";

/** Walks over the tokens of one statement. */
export class Cursor {
  #next = 0;
  readonly #tokens: readonly Token[];
  /** Stands for the place after the last token. */
  readonly #end: Token;
  /** What really stands there: an operator, a line break or the end. */
  readonly #after: Token;

  constructor(tokens: readonly Token[], after: Token) {
    this.#tokens = tokens;
    this.#after = after;
    this.#end = { kind: "end", text: "", value: Number.NaN, line: after.line, column: after.column };
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#next + ahead] ?? this.#end;
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Whether the next token is one of these symbols. */
  at(...symbols: readonly string[]): boolean {
    const token = this.peek();
    return token.kind === "symbol" && symbols.includes(token.text);
  }

  /** Takes the symbol if it comes next. */
  accept(symbol: string): boolean {
    if (!this.at(symbol)) return false;
    this.#next++;
    return true;
  }

  expect(symbol: string, advice: string): Token {
    if (!this.at(symbol)) throw this.unexpected(`"${symbol}"`, advice);
    return this.take();
  }

  get isDone(): boolean {
    return this.peek().kind === "end";
  }

  /** An error at the next token, saying what should stand there instead. */
  unexpected(wanted: string, advice: string): ModelSyntaxError {
    const token = this.peek();
    const shown = token.kind === "end" ? this.#after : token;
    const isEnd = shown.kind === "end" || shown.kind === "newline";
    const found = isEnd ? "the statement ends" : `there is ${describe(shown)}`;
    return syntaxError(`Expected ${wanted}, but ${found}.`, advice, token);
  }
}

/** A token as an error message shows it. */
export function describe(token: Token): string {
  return token.kind === "text" ? `the quoted text "${token.text}"` : `"${token.text}"`;
}

export function syntaxError(message: string, advice: string, at: Position): ModelSyntaxError {
  return new ModelSyntaxError(message, advice, at.line, at.column);
}
