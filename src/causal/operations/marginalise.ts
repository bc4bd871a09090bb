import { ModelError } from "../../errors.ts";
import { makeGraph, vertexIndex, type CausalGraph } from "../graph.ts";
import { exogenise } from "./exogenise.ts";

/**
 * The AMASEM of the margin that is left when `names` are no longer observed: they become latents and are made
 * exogenous. A latent whose effects are among another's stays a latent of its own, since in the Gaussian case
 * it still adds covariance ("no coalescence"; Saremi, arXiv 2309.14073, section 2.2).
 * Throws ModelError for an unknown or latent name, and where nothing observed would be left.
 */
export function marginalise(graph: CausalGraph, names: readonly string[]): CausalGraph {
  return exogenise(hide(graph, names));
}

/** The same graph with `names` latent instead of observed; latents may then have causes. */
export function hide(graph: CausalGraph, names: readonly string[]): CausalGraph {
  const hidden = new Set(names.map((name) => observedIndex(graph, name)));
  const vertices = graph.vertices.map((vertex, index) =>
    hidden.has(index) ? { ...vertex, latent: true } : vertex,
  );
  if (vertices.every((vertex) => vertex.latent)) {
    throw new ModelError("No observed variable would be left.", "Keep at least one variable.");
  }
  return makeGraph({ ...graph, vertices });
}

function observedIndex(graph: CausalGraph, name: string): number {
  const index = vertexIndex(graph, name);
  if (graph.vertices[index]!.latent) {
    throw new ModelError(`${name} is latent already.`, "Name observed variables to marginalise over.");
  }
  return index;
}
