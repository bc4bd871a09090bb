const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\n\r\t]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null)/y;
const MARK = /[[\]{}:,]/y;

/** What may come next; a `first` value or key may be the closing bracket instead. */
type Expected = "value" | "firstValue" | "key" | "firstKey" | "colon" | "next";

/**
 * The offset at which a text stops being JSON (RFC 8259). Engines tell it in different words, or not at all, so the
 * text is walked once more.
 */
export function jsonBreak(text: string): number {
  const open: string[] = [];
  let expected: Expected = "value";
  let offset = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    return pattern.exec(text)?.[0];
  };
  for (;;) {
    offset += match(SPACE)!.length;
    const string = match(STRING);
    const token: string | undefined = string ?? match(SCALAR) ?? match(MARK);
    const isDone: boolean = expected === "next" && open.length === 0;
    const after: Expected | undefined =
      token === undefined || isDone ? undefined : step(expected, token, open);
    if (token === undefined || after === undefined) return offset;
    offset += token.length;
    expected = after;
  }
}

/** What follows a token, or `undefined` where the token does not fit; keeps the stack of open brackets. */
function step(expected: Expected, token: string, open: string[]): Expected | undefined {
  const innermost = open.at(-1);
  const closes = (token === "]" && innermost === "[") || (token === "}" && innermost === "{");
  if (closes && (expected === "next" || expected === "firstValue" || expected === "firstKey")) {
    open.pop();
    return "next";
  }
  switch (expected) {
    case "next":
      return token === "," ? (innermost === "{" ? "key" : "value") : undefined;
    case "colon":
      return token === ":" ? "value" : undefined;
    case "key":
    case "firstKey":
      return token.startsWith('"') ? "colon" : undefined;
    default:
      if (token === "[" || token === "{") {
        open.push(token);
        return token === "[" ? "firstValue" : "firstKey";
      }
      return "]}:,".includes(token) ? undefined : "next";
  }
}
