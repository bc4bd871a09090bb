import { buildAmasem } from "../../model/buildAmasem.ts";
import type { Model } from "../../model/model.ts";
import { topologicalVertices, visibleIndices, type CausalGraph } from "../graph.ts";
import { exogenise } from "../operations/exogenise.ts";

/**
 * The AMASEM of a graph as a model: Ψ = I, one free loading for every effect of a latent and one for every
 * private error, one free coefficient for every edge between visible variables. Latents with causes are made
 * exogenous first. Variables stand in topological order; the source of X's private error is named `e.X`.
 */
export function graphToModel(graph: CausalGraph): Model {
  const amasem = exogenise(graph);
  const name = (vertex: number): string => amasem.vertices[vertex]!.name;
  const isLatent = (vertex: number): boolean => amasem.vertices[vertex]!.latent;
  const shared = amasem.vertices.flatMap(({ latent }, vertex) => {
    if (!latent) return [];
    const children = amasem.edges.filter(({ from }) => from === vertex).map(({ to }) => name(to));
    return [{ name: name(vertex), children }];
  });
  const errors = visibleIndices(amasem)
    .filter((vertex) => amasem.vertices[vertex]!.ownError)
    .map((vertex) => ({ name: `e.${name(vertex)}`, children: [name(vertex)] }));
  return buildAmasem({
    visible: topologicalVertices(amasem)
      .filter((vertex) => !isLatent(vertex))
      .map(name),
    latents: [...shared, ...errors],
    edges: amasem.edges
      .filter(({ from }) => !isLatent(from))
      .map(({ from, to }): [string, string] => [name(from), name(to)]),
  });
}
