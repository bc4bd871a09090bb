import { ModelSyntaxError } from "../../errors.ts";

/** A word or sign of a graph text. Quoted names lose their quotes and are always names. */
export interface Token {
  readonly kind: "name" | "symbol" | "end";
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

const SPACE = /\s+|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//y;
const SYMBOL = /<->|->|<-|--|@-@|@->|<-@|[{}[\];,=]/y;
const QUOTED = /"([^"\n]*)"/y;
// A name stops where an arrow begins, so that `A->B` needs no spaces; a single hyphen belongs to the name.
const NAME = /(?:[\p{L}\p{N}_.+:'′()*%/]|-(?![->@]))+/uy;

/**
 * Splits the text of a graph into tokens; comments are `//`, `#` and block comments.
 * Throws ModelSyntaxError at a character that begins no token.
 */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const add = (kind: Token["kind"], value: string): void => {
    found.push({ kind, text: value, line, column: at - lineStart + 1 });
  };
  while (at < text.length) {
    const space = match(SPACE);
    const symbol = space ?? match(SYMBOL);
    const quoted = symbol ?? match(QUOTED);
    const hit = quoted ?? match(NAME);
    if (hit === null) {
      throw new ModelSyntaxError(
        text[at] === '"' ? "A quoted name is not closed on its line." : `Unexpected character "${text[at]}".`,
        text[at] === '"' ? 'Close it with ".' : "Put names with unusual characters in double quotes.",
        line,
        at - lineStart + 1,
      );
    }
    if (space === null) {
      if (symbol !== null) add("symbol", symbol[0]);
      else add("name", quoted === null ? hit[0] : quoted[1]!);
    }
    for (let i = at; i < at + hit[0].length; i++) {
      if (text[i] === "\n") {
        line++;
        lineStart = i + 1;
      }
    }
    at += hit[0].length;
  }
  add("end", "");
  return found;
}
