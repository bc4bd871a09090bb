import { graphToModel } from "../../../src/causal/graph/toModel.ts";
import { normal, type Random } from "../../../src/causal/identifiability/random.ts";
import type { WeightedModel } from "../../../src/causal/weighted.ts";
import { randomGraph } from "./randomGraph.ts";

/** A random AMASEM with standard normal weights, errors kept away from zero. */
export function randomWeighted(random: Random, visible: number, latents: number): WeightedModel {
  const graph = randomGraph(random, { visible, latents, edgeShare: 0.4, latentEffects: 5 });
  const model = graphToModel(graph);
  const theta = Float64Array.from(model.parameters, ({ name }) =>
    name.startsWith("e.") ? 0.5 + random() : normal(random),
  );
  return { structure: model.structures[0]!, theta };
}
