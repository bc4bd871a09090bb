import { ModelError, ModelSyntaxError } from "../errors.ts";

/** A vertex of a causal graph. */
export interface Vertex {
  readonly name: string;
  readonly latent: boolean;
  /**
   * Whether the vertex has an error source of its own. For a visible variable this is its private latent;
   * a latent without causes must have one (it is that source), a latent with causes may have one.
   */
  readonly ownError: boolean;
}

/** A direct effect; `from` and `to` are indices into `CausalGraph.vertices`. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

/** Where an edge was written, 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * A directed acyclic graph over visible and latent variables. A graph whose latents have no causes is the
 * structure of an AMASEM (Saremi, arXiv 2309.14073, section 2); `exogenise` makes any graph one.
 */
export interface CausalGraph {
  readonly vertices: readonly Vertex[];
  readonly edges: readonly Edge[];
  readonly exposures: readonly string[];
  readonly outcomes: readonly string[];
  /** Coordinates that the text gave (`pos=` in dagitty), by name. */
  readonly positions: ReadonlyMap<string, readonly [x: number, y: number]>;
}

/** What `makeGraph` needs; the rest is empty unless given. */
export interface GraphParts {
  readonly vertices: readonly Vertex[];
  readonly edges: readonly Edge[];
  readonly exposures?: readonly string[];
  readonly outcomes?: readonly string[];
  readonly positions?: ReadonlyMap<string, readonly [number, number]>;
  /** Where each edge stands in the text, in the order of `edges`; named in errors. */
  readonly places?: readonly (Place | undefined)[];
}

/**
 * A checked graph: unique names, no edge twice, no cycle, and an error source for every visible variable.
 * Throws ModelSyntaxError where the place is known, ModelError otherwise.
 */
export function makeGraph(parts: GraphParts): CausalGraph {
  const { vertices, edges, places } = parts;
  const seen = new Set<string>();
  for (const { name } of vertices) {
    if (seen.has(name)) {
      throw new ModelError(`The variable ${name} is declared twice.`, "Give each variable one declaration.");
    }
    seen.add(name);
  }
  const written = new Set<string>();
  edges.forEach((edge, index) => {
    const key = `${edge.from} ${edge.to}`;
    if (written.has(key)) {
      throw located(
        `The edge ${edgeName(vertices, edge)} is written twice.`,
        "Remove one of the two.",
        places?.[index],
      );
    }
    written.add(key);
  });
  const graph: CausalGraph = {
    vertices,
    edges,
    exposures: parts.exposures ?? [],
    outcomes: parts.outcomes ?? [],
    positions: parts.positions ?? new Map(),
  };
  topologicalVertices(graph, places);
  requireErrorSources(graph);
  return graph;
}

/** Indices of the causes of every vertex. */
export function causesOf(graph: CausalGraph): number[][] {
  const causes: number[][] = graph.vertices.map(() => []);
  for (const { from, to } of graph.edges) causes[to]!.push(from);
  return causes;
}

/** Indices of the direct effects of every vertex. */
export function effectsOf(graph: CausalGraph): number[][] {
  const effects: number[][] = graph.vertices.map(() => []);
  for (const { from, to } of graph.edges) effects[from]!.push(to);
  return effects;
}

/** Indices of the visible variables, ascending. */
export function visibleIndices(graph: CausalGraph): number[] {
  return graph.vertices.flatMap((vertex, index) => (vertex.latent ? [] : [index]));
}

/** Vertices reachable from any of `starts` along directed edges, the starts included. */
export function descendants(effects: readonly (readonly number[])[], starts: Iterable<number>): Set<number> {
  const reached = new Set(starts);
  for (const vertex of reached) for (const effect of effects[vertex]!) reached.add(effect);
  return reached;
}

/** The index of a vertex by name. Throws ModelError that lists the names there are. */
export function vertexIndex(graph: CausalGraph, name: string): number {
  const index = graph.vertices.findIndex((vertex) => vertex.name === name);
  if (index < 0) {
    const known = graph.vertices.map((vertex) => vertex.name).join(", ");
    throw new ModelError(`There is no variable ${name} in the graph.`, `The variables are: ${known}.`);
  }
  return index;
}

/**
 * Vertices in topological order, ties in the order of the text (Kahn 1962, doi:10.1145/368996.369025).
 * Throws an error that names the variables of a cycle, at the place of one of its edges where that is known.
 */
export function topologicalVertices(graph: CausalGraph, places?: readonly (Place | undefined)[]): number[] {
  const causes = causesOf(graph);
  const effects = effectsOf(graph);
  const waiting = causes.map((list) => list.length);
  const order = graph.vertices.flatMap((_, index) => (waiting[index] === 0 ? [index] : []));
  for (const vertex of order) {
    for (const effect of effects[vertex]!) {
      waiting[effect]!--;
      if (waiting[effect] === 0) order.push(effect);
    }
  }
  if (order.length === graph.vertices.length) return order;
  // Every vertex that still waits has a cause that waits, so walking backwards must close a loop.
  const walk: number[] = [];
  let vertex = waiting.findIndex((count) => count > 0);
  while (!walk.includes(vertex)) {
    walk.push(vertex);
    vertex = causes[vertex]!.find((cause) => waiting[cause]! > 0)!;
  }
  const loop = [...walk.slice(walk.indexOf(vertex)), vertex].reverse();
  const closing = graph.edges.findLastIndex((edge) =>
    loop.some((from, at) => edge.from === from && edge.to === loop[at + 1]),
  );
  throw located(
    `The graph has a cycle: ${loop.map((index) => graph.vertices[index]!.name).join(" → ")}.`,
    "Causal graphs are acyclic here. Remove one of these edges, or turn a pair of opposite edges into <->.",
    places?.[closing],
  );
}

/** `X → Y`, for messages and tables. */
export function edgeName(vertices: readonly Vertex[], { from, to }: Edge): string {
  return `${vertices[from]!.name} → ${vertices[to]!.name}`;
}

function located(message: string, advice: string, place: Place | undefined): ModelError | ModelSyntaxError {
  return place === undefined
    ? new ModelError(message, advice)
    : new ModelSyntaxError(message, advice, place.line, place.column);
}

/**
 * Σ can only be positive definite where every visible variable can be given an error source that no other
 * one is given: a latent among its ancestors through latents only, or its own. Otherwise Σ is singular for
 * every value of the parameters. (A maximum matching; Kőnig.)
 */
function requireErrorSources(graph: CausalGraph): void {
  const causes = causesOf(graph);
  const holder = new Map<number, number>();
  const place = (visible: number, tried: Set<number>): boolean => {
    for (const source of errorSources(graph, causes, visible)) {
      if (tried.has(source)) continue;
      tried.add(source);
      const current = holder.get(source);
      if (current === undefined || place(current, tried)) {
        holder.set(source, visible);
        return true;
      }
    }
    return false;
  };
  for (const visible of visibleIndices(graph)) {
    // A private error belongs to nobody else, so no search is needed.
    if (graph.vertices[visible]!.ownError) continue;
    const name = graph.vertices[visible]!.name;
    const sources = errorSources(graph, causes, visible);
    if (sources.length === 0) {
      throw new ModelError(
        `The observed variable ${name} has no error source.`,
        "Give it a latent cause of its own (an error), or leave it out: it is an exact sum of its causes.",
      );
    }
    if (!place(visible, new Set())) {
      throw new ModelError(
        `The observed variable ${name} shares all its error sources with variables that have no other.`,
        `Σ would be singular whatever the parameters. Give ${name} an error of its own.`,
      );
    }
  }
}

/** Sources that reach a vertex through latents only: its own, and those of its latent ancestors. */
function errorSources(graph: CausalGraph, causes: readonly (readonly number[])[], vertex: number): number[] {
  const reached = new Set([vertex]);
  for (const at of reached) {
    for (const cause of causes[at]!) if (graph.vertices[cause]!.latent) reached.add(cause);
  }
  return [...reached].filter((at) => graph.vertices[at]!.ownError);
}
