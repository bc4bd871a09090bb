import { ModelSyntaxError } from "../../errors.ts";
import type { CausalGraph } from "../graph.ts";
import { GraphBuilder } from "./builder.ts";
import { tokens, type Token } from "./tokens.ts";

/**
 * Reads one relation a line (or between semicolons): `X -> Y`, `X <- Y`, `X <-> Y`, chains `A -> B -> C`,
 * and `latent U, V` to say which variables are not observed.
 * Throws ModelSyntaxError with line and column.
 */
export function readEdgeList(text: string): CausalGraph {
  const builder = new GraphBuilder();
  const latents: Token[] = [];
  for (const statement of statements(tokens(text))) {
    const [first, second] = statement;
    if (first!.text === "latent" && second?.kind === "name") {
      latents.push(...statement.slice(1).filter((token) => token.text !== ","));
    } else readChain(statement, builder);
  }
  for (const { text: name, line, column } of latents) {
    if (!builder.has(name)) {
      throw new ModelSyntaxError(
        `The latent ${name} has no edge.`,
        `Write its effects, for example ${name} -> X.`,
        line,
        column,
      );
    }
    builder.setLatent(name);
  }
  return builder.build();
}

function readChain(statement: readonly Token[], builder: GraphBuilder): void {
  statement.forEach((token, position) => {
    const wanted = position % 2 === 0 ? "name" : "symbol";
    const isArrow = ["->", "<-", "<->"].includes(token.text);
    if (token.kind !== wanted || (wanted === "symbol" && !isArrow)) {
      throw new ModelSyntaxError(
        `Expected ${wanted === "name" ? "a variable" : "->, <- or <->"} but found "${token.text}".`,
        "Write one relation a line, for example X -> Y.",
        token.line,
        token.column,
      );
    }
  });
  const last = statement.at(-1)!;
  if (last.kind === "symbol") {
    throw new ModelSyntaxError(
      `The arrow ${last.text} leads nowhere.`,
      "Name the variable after it.",
      last.line,
      last.column,
    );
  }
  builder.vertex(statement[0]!.text);
  for (let at = 1; at < statement.length; at += 2) {
    const [left, arrow, right] = [statement[at - 1]!, statement[at]!, statement[at + 1]!];
    if (arrow.text === "->") builder.edge(left.text, right.text, arrow);
    else if (arrow.text === "<-") builder.edge(right.text, left.text, arrow);
    else builder.confound(left.text, right.text, arrow);
  }
}

/** Groups of tokens that stand on one line, semicolons also ending a group. */
function statements(all: readonly Token[]): Token[][] {
  const groups: Token[][] = [];
  let current: Token[] = [];
  for (const token of all) {
    const ends =
      token.kind === "end" || token.text === ";" || token.line !== (current[0]?.line ?? token.line);
    if (ends && current.length > 0) {
      groups.push(current);
      current = [];
    }
    if (token.kind !== "end" && token.text !== ";") current.push(token);
  }
  return groups;
}
