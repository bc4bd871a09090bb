import { ModelSyntaxError, UnsupportedError } from "../../errors.ts";
import type { CausalGraph, Place } from "../graph.ts";
import { GraphBuilder } from "./builder.ts";
import { tokens, type Token } from "./tokens.ts";

/**
 * Reads a graph in dagitty's language (Textor et al. 2016, doi:10.1093/ije/dyw341).
 *
 *     graph      = [ "dag" | "digraph" | "mag"… ] [ NAME ] "{" statement* "}"
 *     statement  = group ( arrow group )* [ attributes ] [ ";" ]
 *     group      = NAME [ attributes ] | "{" NAME* "}"
 *     arrow      = "->" | "<-" | "<->"
 *     attributes = "[" key [ "=" value ] { "," key [ "=" value ] } "]"
 *
 * `[latent]`, `[exposure]`, `[outcome]` and `pos="x,y"` are understood, other attributes are read and left
 * aside. `X <-> Y` is a latent common cause of the two. Throws ModelSyntaxError with line and column.
 */
export function readDagitty(text: string): CausalGraph {
  return new DagittyReader(text).read();
}

const LATENT = new Set(["latent", "l", "unobserved", "u"]);
const EXPOSURE = new Set(["exposure", "e", "source"]);
const OUTCOME = new Set(["outcome", "o", "target"]);
const ARROWS = new Set(["->", "<-", "<->"]);

class DagittyReader {
  private readonly builder = new GraphBuilder();
  private readonly tokens: Token[];
  private next = 0;

  constructor(text: string) {
    this.tokens = tokens(text);
  }

  read(): CausalGraph {
    const type = this.peek();
    if (type.kind === "name" && type.text !== "{") {
      if (["pdag", "cpdag", "pag", "mag"].includes(type.text.toLowerCase())) {
        throw new UnsupportedError(
          `Graphs of type ${type.text} are not read.`,
          "Write a dag; a MAG's edge X <-> Y keeps its meaning there, a latent common cause.",
        );
      }
      if (type.text !== "dag" && type.text !== "digraph") {
        throw this.error(`Expected "dag {" but found "${type.text}".`, 'Begin the text with "dag {".');
      }
      this.next++;
      if (this.peek().kind === "name") this.next++;
    }
    this.expect("{");
    while (this.peek().text !== "}" || this.peek().kind === "name") this.statement();
    this.expect("}");
    if (this.peek().kind !== "end") {
      throw this.error("There is text after the closing brace.", "End the text with the graph's brace.");
    }
    return this.builder.build();
  }

  private statement(): void {
    if (this.accept(";")) return;
    if (this.peek().kind === "name" && this.peek(1).text === "=" && this.peek(1).kind === "symbol") {
      // `bb="0,0,1,1"`: a setting of the drawing.
      this.next += 2;
      this.value();
      return;
    }
    let left = this.group();
    while (ARROWS.has(this.peek().text) && this.peek().kind === "symbol") {
      const arrow = this.take();
      const right = this.group();
      for (const a of left) for (const b of right) this.connect(a, arrow.text, b, arrow);
      left = right;
    }
  }

  private connect(a: string, arrow: string, b: string, place: Place): void {
    if (arrow === "->") this.builder.edge(a, b, place);
    else if (arrow === "<-") this.builder.edge(b, a, place);
    else this.builder.confound(a, b, place);
  }

  private group(): string[] {
    if (this.accept("{")) {
      const names: string[] = [];
      while (!this.accept("}")) if (!this.accept(";")) names.push(...this.group());
      return names;
    }
    const token = this.peek();
    if (token.kind !== "name") {
      throw this.error(
        `Expected the name of a variable but found ${shown(token)}.`,
        "A statement is a variable, or variables joined by ->, <- or <->.",
      );
    }
    this.next++;
    this.builder.vertex(token.text);
    if (this.peek().text === "[" && this.peek().kind === "symbol") this.attributes(token.text);
    return [token.text];
  }

  private attributes(name: string): void {
    this.expect("[");
    while (!this.accept("]")) {
      const key = this.peek();
      if (key.kind !== "name") {
        throw this.error(
          `Expected an attribute of ${name} but found ${shown(key)}.`,
          'Attributes look like [latent] or [exposure,pos="0,1"].',
        );
      }
      this.next++;
      const value = this.accept("=") ? this.value() : undefined;
      this.attribute(name, key, value);
      this.accept(",");
    }
  }

  private attribute(name: string, key: Token, value: string | undefined): void {
    if (LATENT.has(key.text)) this.builder.setLatent(name);
    else if (EXPOSURE.has(key.text)) this.builder.mark("exposures", name);
    else if (OUTCOME.has(key.text)) this.builder.mark("outcomes", name);
    else if (key.text === "pos") {
      const [x, y] = (value ?? "").split(",").map(Number);
      if (x === undefined || y === undefined || !Number.isFinite(x) || !Number.isFinite(y)) {
        throw new ModelSyntaxError(
          `The position of ${name} is not a pair of numbers.`,
          'Write it as pos="0.5,1".',
          key.line,
          key.column,
        );
      }
      this.builder.place(name, x, y);
    }
  }

  private value(): string {
    const token = this.take();
    if (token.kind === "name") return token.text;
    throw new ModelSyntaxError(
      `Expected a value after "=" but found ${shown(token)}.`,
      'Put the value in quotes: pos="0,1".',
      token.line,
      token.column,
    );
  }

  private peek(ahead = 0): Token {
    return this.tokens[Math.min(this.next + ahead, this.tokens.length - 1)]!;
  }

  private take(): Token {
    const token = this.peek();
    this.next++;
    return token;
  }

  private accept(symbol: string): boolean {
    const matches = this.peek().kind === "symbol" && this.peek().text === symbol;
    if (matches) this.next++;
    return matches;
  }

  private expect(symbol: string): void {
    if (!this.accept(symbol)) {
      throw this.error(
        `Expected "${symbol}" but found ${shown(this.peek())}.`,
        "Check the braces and brackets before it.",
      );
    }
  }

  private error(message: string, advice: string): ModelSyntaxError {
    const { line, column } = this.peek();
    return new ModelSyntaxError(message, advice, line, column);
  }
}

function shown(token: Token): string {
  return token.kind === "end" ? "the end of the text" : `"${token.text}"`;
}
