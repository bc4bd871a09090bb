import { descendants, visibleIndices, type CausalGraph } from "../graph.ts";

/**
 * An exogenous graph in the form that half-trek arguments need: visible variables are 0 … k−1, latents with at
 * least two effects 0 … q−1; private errors are understood.
 */
export interface LatentFactorGraph {
  readonly names: readonly string[];
  readonly latentNames: readonly string[];
  /** Visible causes and effects of each visible variable. */
  readonly causes: readonly (readonly number[])[];
  readonly effects: readonly (readonly number[])[];
  /** Latent causes of each visible variable. */
  readonly latentsOf: readonly (readonly number[])[];
  readonly effectsOfLatent: readonly (readonly number[])[];
}

/** The latent-factor graph of a graph whose latents have no causes (`exogenise` makes any graph one). */
export function latentFactorGraph(graph: CausalGraph): LatentFactorGraph {
  const visible = visibleIndices(graph);
  const position = new Map(visible.map((vertex, index) => [vertex, index]));
  const causes: number[][] = visible.map(() => []);
  const effects: number[][] = visible.map(() => []);
  const effectsOf = new Map<number, number[]>();
  for (const { from, to } of graph.edges) {
    const effect = position.get(to)!;
    const cause = position.get(from);
    if (cause === undefined) effectsOf.set(from, [...(effectsOf.get(from) ?? []), effect]);
    else {
      causes[effect]!.push(cause);
      effects[cause]!.push(effect);
    }
  }
  const shared = [...effectsOf].filter(([, list]) => list.length > 1);
  const latentsOf: number[][] = visible.map(() => []);
  shared.forEach(([, list], latent) => {
    for (const effect of list) latentsOf[effect]!.push(latent);
  });
  return {
    names: visible.map((vertex) => graph.vertices[vertex]!.name),
    latentNames: shared.map(([latent]) => graph.vertices[latent]!.name),
    causes,
    effects,
    latentsOf,
    effectsOfLatent: shared.map(([, list]) => list),
  };
}

/**
 * Variables that a half-trek from any of `starts` reaches without the latents `avoided`: descendants of the
 * starts, and descendants of the effects of their other latents.
 */
export function halfTrekReachable(
  graph: LatentFactorGraph,
  starts: readonly number[],
  avoided: readonly number[],
): Set<number> {
  const latents = starts.flatMap((start) => graph.latentsOf[start]!.filter((h) => !avoided.includes(h)));
  return descendants(graph.effects, [...starts, ...latents.flatMap((h) => graph.effectsOfLatent[h]!)]);
}
