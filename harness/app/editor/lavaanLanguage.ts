import { StreamLanguage, type StreamParser } from "@codemirror/language";

const OPERATORS = /^(?:=~|~~|~1(?!\d)|~|:=|==|<|>)/;

/** lavaan's model syntax, coloured word by word. */
const parser: StreamParser<null> = {
  name: "lavaan",
  startState: () => null,
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^[#!].*/)) return "comment";
    if (stream.match(OPERATORS)) return "operator";
    if (stream.match(/^["'][^"']*["']/)) return "string";
    if (stream.match(/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/)) return "number";
    if (stream.match(/^(?:NA|start|equal|c|lower|upper|label)(?=\s*[(*])/)) return "keyword";
    // What stands before a star is a label.
    if (stream.match(/^[\p{L}_.][\p{L}\p{N}_.]*(?=\s*\*)/u)) return "labelName";
    if (stream.match(/^[\p{L}_.][\p{L}\p{N}_.]*/u)) return "variableName";
    stream.next();
    return "punctuation";
  },
  languageData: { commentTokens: { line: "#" } },
};

export const lavaanLanguage = StreamLanguage.define(parser);
