import { type Graph, listOf } from "./graph.ts";

/** One layer of a SEMNAN: the variables that are new in it, and the aliases that carry earlier values through. */
export interface Layer {
  /** Topological positions of the variables that are computed in this layer. */
  readonly variables: readonly number[];
  /** Earlier variables that a later layer or the output still needs. */
  readonly aliases: readonly number[];
  /** Sources that a later layer still needs. */
  readonly sourceAliases: readonly number[];
}

/**
 * The minimal layered form H0 of a graph (Saremi, arXiv 2309.14073, section 3.1): layer 0 holds the sources and every
 * variable stands one layer after the last of its parents, so the number of layers is the length of the longest path.
 */
export interface Layers {
  /** Layer of each variable, from 1 on. */
  readonly layerOf: Uint32Array;
  /** `list[0]` is layer 1. */
  readonly list: readonly Layer[];
}

/** Longest-path layering of a graph, with the aliases of every layer. */
export function planLayers(graph: Graph): Layers {
  const { p, entries } = graph;
  const layerOf = new Uint32Array(p).fill(1);
  for (let c = 0; c < p; c++) {
    for (const e of listOf(graph.pathsInto, c)) {
      layerOf[c] = Math.max(layerOf[c]!, layerOf[entries.row[e]!]! + 1);
    }
  }
  const depth = p === 0 ? 0 : layerOf.reduce((most, layer) => Math.max(most, layer), 1);
  const isObserved = new Set(graph.observed);
  const lastUse = Array.from({ length: p }, (_, a) =>
    isObserved.has(a) ? depth + 1 : lastLayer(listOf(graph.pathsOutOf, a), graph, layerOf),
  );
  const sourceLastUse = Array.from({ length: graph.q }, (_, l) =>
    lastLayer(listOf(graph.loadingsOfSource, l), graph, layerOf),
  );
  const list = Array.from({ length: depth }, (_, index): Layer => {
    const layer = index + 1;
    const variables: number[] = [];
    const aliases: number[] = [];
    for (let v = 0; v < p; v++) {
      if (layerOf[v] === layer) variables.push(v);
      else if (layerOf[v]! < layer && lastUse[v]! > layer) aliases.push(v);
    }
    const sourceAliases = sourceLastUse.flatMap((last, l) => (last > layer ? [l] : []));
    return { variables, aliases, sourceAliases };
  });
  return { layerOf, list };
}

function lastLayer(edges: Uint32Array, graph: Graph, layerOf: Uint32Array): number {
  return edges.reduce((last, e) => Math.max(last, layerOf[graph.entries.column[e]!]!), 0);
}
