import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import { expectedWeight } from "../fit/momentSpace.ts";
import type { Fitted } from "./fitted.ts";

/** V of each group: the weights of least squares, or the normal-theory weight at Σ̂ (at S for GLS). */
export function estimatorWeights({ momentWeights, states, settings }: Fitted): readonly Float64Array[] {
  if (momentWeights) return momentWeights;
  return states.map(({ inverse, k, meanStructure, moments }) => {
    const w = settings.family === "GLS" ? invertPositiveDefinite(moments.covariance, k)!.inverse : inverse;
    return expectedWeight(w, k, meanStructure);
  });
}
