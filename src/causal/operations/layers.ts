import { causesOf, effectsOf, topologicalVertices, type CausalGraph } from "../graph.ts";
import { exogenise } from "./exogenise.ts";

/** One layer of a SEMNAN: the variables that appear in it, and copies of earlier ones that it carries on. */
export interface SemnanLayer {
  readonly variables: readonly string[];
  /** Aliases: one incoming edge of weight 1 from the same variable in the layer before. */
  readonly aliases: readonly string[];
}

/**
 * The minimal SEMNAN (H0) of a graph: layer 0 holds the latents and the private errors (`e.X`), every visible
 * variable stands one layer after the last of its causes (longest path, hence the fewest layers), and a layer
 * carries an alias of each earlier variable that a later layer, or the output, still needs. All visible
 * variables are output; latents are needed until their last effect. (arXiv 2309.14073, section 3.1.)
 */
export function semnanLayers(graph: CausalGraph): SemnanLayer[] {
  const amasem = exogenise(graph);
  const causes = causesOf(amasem);
  const effects = effectsOf(amasem);
  const layerOf = amasem.vertices.map(() => 0);
  for (const vertex of topologicalVertices(amasem)) {
    if (amasem.vertices[vertex]!.latent) continue;
    layerOf[vertex] = 1 + Math.max(0, ...causes[vertex]!.map((cause) => layerOf[cause]!));
  }
  const depth = Math.max(...layerOf);
  // A private error is a source with one effect; like every source it is carried until it is used.
  const sources = amasem.vertices.flatMap(({ name, latent, ownError }, vertex) => {
    if (latent) return [{ name, last: Math.max(...effects[vertex]!.map((effect) => layerOf[effect]!)) }];
    return ownError ? [{ name: `e.${name}`, last: layerOf[vertex]! }] : [];
  });
  const visible = amasem.vertices.flatMap(({ name, latent }, vertex) =>
    latent ? [] : [{ name, layer: layerOf[vertex]! }],
  );
  return Array.from({ length: depth + 1 }, (_, layer) => ({
    variables:
      layer === 0
        ? sources.map(({ name }) => name)
        : visible.filter((variable) => variable.layer === layer).map(({ name }) => name),
    aliases:
      layer === 0
        ? []
        : [
            ...sources.filter(({ last }) => last > layer).map(({ name }) => name),
            ...visible.filter((variable) => variable.layer < layer).map(({ name }) => name),
          ],
  }));
}
