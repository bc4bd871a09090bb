import { causesOf, effectsOf, makeGraph, type CausalGraph, type Edge } from "../graph.ts";

/**
 * Makes every latent exogenous: a latent with causes hands each cause to its effects, and keeps only its own
 * error, which then is an independent source of the same effects. What the visible variables can be stays
 * the same: with x_l = Σ_a b_al x_a + e_l, an effect c of l gains b_al b_lc x_a from every cause a, and b_lc e_l.
 * Latents without effects disappear; nothing is merged. (Saremi, arXiv 2309.14073, section 2.)
 */
export function exogenise(graph: CausalGraph): CausalGraph {
  const causes = causesOf(graph).map((list) => new Set(list));
  const effects = effectsOf(graph).map((list) => new Set(list));
  graph.vertices.forEach(({ latent }, vertex) => {
    if (!latent) return;
    for (const cause of causes[vertex]!) {
      effects[cause]!.delete(vertex);
      for (const effect of effects[vertex]!) {
        effects[cause]!.add(effect);
        causes[effect]!.add(cause);
      }
    }
    causes[vertex]!.clear();
    // Without an error of its own the latent was only a name for a sum.
    if (!graph.vertices[vertex]!.ownError) {
      for (const effect of effects[vertex]!) causes[effect]!.delete(vertex);
      effects[vertex]!.clear();
    }
  });
  const kept = graph.vertices.flatMap(({ latent }, vertex) =>
    latent && effects[vertex]!.size === 0 ? [] : [vertex],
  );
  const position = new Map(kept.map((vertex, index) => [vertex, index]));
  const edges: Edge[] = kept.flatMap((from) =>
    [...effects[from]!].flatMap((to) =>
      position.has(to) ? [{ from: position.get(from)!, to: position.get(to)! }] : [],
    ),
  );
  return makeGraph({ ...graph, vertices: kept.map((vertex) => graph.vertices[vertex]!), edges });
}

/** Whether no latent has a cause, so that the graph is the structure of an AMASEM as it stands. */
export function isExogenous(graph: CausalGraph): boolean {
  return graph.edges.every(({ to }) => !graph.vertices[to]!.latent);
}
