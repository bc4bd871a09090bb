import { effectsOf, visibleIndices, type CausalGraph, type Edge } from "../graph.ts";
import { exogenise } from "./exogenise.ts";

/** An acyclic directed mixed graph over visible variables; `bidirected` pairs are in ascending order. */
export interface MixedGraph {
  readonly names: readonly string[];
  readonly directed: readonly Edge[];
  readonly bidirected: readonly (readonly [number, number])[];
}

/**
 * The latent projection (Verma 1993): X → Y where X causes Y directly or through latents only, X ↔ Y where
 * the two have a latent common cause that reaches both through latents only. As a linear model every
 * X ↔ Y has a covariance of its own, so the rank-one and tetrad constraints of a latent with three or more
 * effects are lost; the AMASEM keeps them.
 */
export function latentProjection(graph: CausalGraph): MixedGraph {
  const amasem = exogenise(graph);
  const visible = visibleIndices(amasem);
  const position = new Map(visible.map((vertex, index) => [vertex, index]));
  const directed = amasem.edges.flatMap(({ from, to }) =>
    position.has(from) ? [{ from: position.get(from)!, to: position.get(to)! }] : [],
  );
  const pairs = new Map<string, readonly [number, number]>();
  const effects = effectsOf(amasem);
  amasem.vertices.forEach(({ latent }, vertex) => {
    if (!latent) return;
    const reached = effects[vertex]!.map((effect) => position.get(effect)!).sort((a, b) => a - b);
    reached.forEach((first, at) => {
      for (const second of reached.slice(at + 1)) pairs.set(`${first} ${second}`, [first, second]);
    });
  });
  return {
    names: visible.map((vertex) => amasem.vertices[vertex]!.name),
    directed,
    bidirected: [...pairs.values()].sort(([a, b], [c, d]) => a - c || b - d),
  };
}
