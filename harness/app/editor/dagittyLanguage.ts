import { StreamLanguage, type StreamParser } from "@codemirror/language";

const ATTRIBUTES = /^(?:latent|unobserved|exposure|outcome|adjusted|selected|pos|bb)(?=\s*[\],=])/;

/** dagitty's graph language, coloured word by word. */
const parser: StreamParser<null> = {
  name: "dagitty",
  startState: () => null,
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^(?:#|\/\/).*/) || stream.match(/^\/\*.*?\*\//)) return "comment";
    if (stream.match(/^(?:<->|->|<-|--)/)) return "operator";
    if (stream.match(/^(?:dag|digraph|graph)(?=\s*[{"\p{L}])/u)) return "keyword";
    if (stream.match(/^"[^"]*"/)) return "string";
    if (stream.match(ATTRIBUTES)) return "labelName";
    if (stream.match(/^[+-]?\d+(?:\.\d+)?/)) return "number";
    if (stream.match(/^[\p{L}_.][\p{L}\p{N}_.]*/u)) return "variableName";
    stream.next();
    return "punctuation";
  },
  languageData: { commentTokens: { line: "#" } },
};

export const dagittyLanguage = StreamLanguage.define(parser);
