import type { Amasem } from "../../model/buildAmasem.ts";
import { structureMatrixGraph, type StructureMatrix } from "../../model/structureMatrix.ts";
import type { CausalGraph } from "../graph.ts";
import { GraphBuilder } from "./builder.ts";

/**
 * The graph of a 0/1 structure matrix (latents above visibles), as the published SEMNAN code writes it.
 * Throws ModelError for another shape, entries besides 0 and 1, or a variable without any error source.
 */
export function structureMatrixToGraph(matrix: StructureMatrix): CausalGraph {
  return amasemToGraph(structureMatrixGraph(matrix));
}

/**
 * The graph of an AMASEM. A latent with one effect is a private error: the first becomes the `ownError` of its
 * variable, further ones stay latents. Throws what `makeGraph` throws.
 */
export function amasemToGraph({ visible, latents, edges }: Amasem): CausalGraph {
  const builder = new GraphBuilder();
  for (const name of visible) {
    builder.vertex(name);
    builder.setOwnError(name, false);
  }
  const settled = new Set<string>();
  for (const { name, children } of latents) {
    const [only] = children;
    if (children.length === 1 && !settled.has(only!)) {
      builder.setOwnError(only!, true);
      settled.add(only!);
      continue;
    }
    builder.setLatent(name);
    for (const child of children) builder.edge(name, child);
  }
  for (const [cause, effect] of edges) builder.edge(cause, effect);
  return builder.build();
}
