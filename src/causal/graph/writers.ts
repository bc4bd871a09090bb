import { ModelError } from "../../errors.ts";
import { makeGraph, type CausalGraph } from "../graph.ts";

/** A graph as JSON: what `graphToJson` writes and `graphFromJson` reads. Names, not indices. */
export interface GraphJson {
  readonly vertices: readonly {
    readonly name: string;
    readonly latent: boolean;
    readonly ownError: boolean;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly exposures: readonly string[];
  readonly outcomes: readonly string[];
}

/**
 * The graph in dagitty's language, which `readDagitty` reads back.
 * dagitty gives every observed variable an error; one without is written as it would be with one.
 */
export function graphToDagitty(graph: CausalGraph): string {
  const exposures = new Set(graph.exposures);
  const outcomes = new Set(graph.outcomes);
  const lines = graph.vertices.map(({ name, latent }) => {
    const position = graph.positions.get(name);
    const attributes = [
      ...(latent ? ["latent"] : []),
      ...(exposures.has(name) ? ["exposure"] : []),
      ...(outcomes.has(name) ? ["outcome"] : []),
      ...(position === undefined ? [] : [`pos="${position.map((value) => value.toFixed(3)).join(",")}"`]),
    ];
    return `  ${quoted(name)}${attributes.length === 0 ? "" : ` [${attributes.join(",")}]`}`;
  });
  const edges = graph.edges.map(
    ({ from, to }) => `  ${quoted(graph.vertices[from]!.name)} -> ${quoted(graph.vertices[to]!.name)}`,
  );
  return `dag {\n${[...lines, ...edges].join("\n")}\n}\n`;
}

/** The graph in Graphviz's DOT language; latents are dashed ellipses. */
export function graphToDot(graph: CausalGraph): string {
  const vertices = graph.vertices.map(
    ({ name, latent }) => `  ${dotName(name)} [shape=${latent ? "ellipse, style=dashed" : "box"}];`,
  );
  const edges = graph.edges.map(({ from, to }) => {
    const cause = graph.vertices[from]!;
    const style = cause.latent ? " [style=dashed]" : "";
    return `  ${dotName(cause.name)} -> ${dotName(graph.vertices[to]!.name)}${style};`;
  });
  return `digraph {\n${[...vertices, ...edges].join("\n")}\n}\n`;
}

/** The graph as plain data. */
export function graphToJson(graph: CausalGraph): GraphJson {
  const name = (index: number): string => graph.vertices[index]!.name;
  return {
    vertices: graph.vertices.map(({ name, latent, ownError }) => ({ name, latent, ownError })),
    edges: graph.edges.map(({ from, to }) => ({ from: name(from), to: name(to) })),
    exposures: graph.exposures,
    outcomes: graph.outcomes,
  };
}

/** Reads what `graphToJson` wrote. Throws ModelError where an edge names an unknown variable. */
export function graphFromJson(json: GraphJson): CausalGraph {
  const index = new Map(json.vertices.map(({ name }, at) => [name, at]));
  const at = (name: string): number => {
    const found = index.get(name);
    if (found === undefined) {
      throw new ModelError(
        `An edge names ${name}, which is not among the vertices.`,
        `The vertices are: ${[...index.keys()].join(", ")}.`,
      );
    }
    return found;
  };
  return makeGraph({
    vertices: json.vertices,
    edges: json.edges.map(({ from, to }) => ({ from: at(from), to: at(to) })),
    exposures: json.exposures,
    outcomes: json.outcomes,
  });
}

/** Names that dagitty's language could take for something else stand in quotes. */
function quoted(name: string): string {
  return /^[A-Za-z][\w.]*$/.test(name) ? name : `"${name}"`;
}

function dotName(name: string): string {
  return `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
