import { makeGraph, type CausalGraph, type Edge, type Vertex } from "../../../src/causal/graph.ts";
import type { Random } from "../../../src/causal/identifiability/random.ts";

export interface RandomGraphOptions {
  readonly visible: number;
  readonly latents: number;
  /** Probability of each of the edges that respect the order of the variables. */
  readonly edgeShare: number;
  /** Effects of a latent: 2 up to this. */
  readonly latentEffects: number;
}

/** A random pmDAG: visible X1 … Xp in causal order, latents U1 … Uq with two or more effects. */
export function randomGraph(random: Random, options: RandomGraphOptions): CausalGraph {
  const { visible, latents, edgeShare, latentEffects } = options;
  const vertices: Vertex[] = Array.from({ length: visible }, (_, index) => ({
    name: `X${index + 1}`,
    latent: false,
    ownError: true,
  }));
  const edges: Edge[] = [];
  for (let from = 0; from < visible; from++) {
    for (let to = from + 1; to < visible; to++) if (random() < edgeShare) edges.push({ from, to });
  }
  for (let latent = 0; latent < latents; latent++) {
    vertices.push({ name: `U${latent + 1}`, latent: true, ownError: true });
    const wanted = 2 + Math.floor(random() * (Math.min(latentEffects, visible) - 1));
    const effects = new Set<number>();
    while (effects.size < wanted) effects.add(Math.floor(random() * visible));
    edges.push(...[...effects].map((to) => ({ from: visible + latent, to })));
  }
  return makeGraph({ vertices, edges });
}
