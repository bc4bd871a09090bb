import { ModelError } from "../../errors.ts";
import { fromDense, toDense, variableIndex, type WeightedModel } from "../weighted.ts";

/** do(X = mean), or do(X ~ N(mean, variance)) where `variance` is positive. */
export interface Intervention {
  readonly variable: string;
  readonly mean: number;
  readonly variance?: number;
}

/**
 * The model after the interventions: each variable loses its causes, its error and its intercept, and is set to
 * `mean` plus, where a variance is given, an independent source `do(X)` of that variance. Use `observedMoments`
 * and `implied` for the interventional covariance and mean (Pearl 2009, section 3.2, in linear form).
 * Throws ModelError for unknown names, a variable set twice, or a variance that is negative or not finite.
 */
export function intervene(weighted: WeightedModel, interventions: readonly Intervention[]): WeightedModel {
  const dense = toDense(weighted);
  const p = dense.variables.length;
  const q = dense.sources.length;
  const targets = interventions.map(({ variable }) => variableIndex(weighted.structure, variable));
  if (new Set(targets).size < targets.length) {
    throw new ModelError("A variable is set twice.", "State one intervention for each variable.");
  }
  const random = interventions.filter(({ variance = 0 }) => variance > 0);
  const total = q + random.length;
  const loadings = new Float64Array(total * p);
  loadings.set(dense.loadings);
  const covariances = new Float64Array(total * total);
  for (let s = 0; s < q; s++) {
    covariances.set(dense.covariances.subarray(s * q, (s + 1) * q), s * total);
  }
  interventions.forEach((intervention, at) => {
    const { mean, variance = 0, variable } = intervention;
    if (!Number.isFinite(mean) || !(variance >= 0 && variance < Infinity)) {
      throw new ModelError(
        `The intervention on ${variable} has mean ${mean} and variance ${variance}.`,
        "Give a finite mean and a finite variance of at least 0.",
      );
    }
    const target = targets[at]!;
    for (let s = 0; s < q; s++) loadings[s * p + target] = 0;
    for (let a = 0; a < p; a++) dense.paths[a * p + target] = 0;
    dense.intercepts[target] = mean;
    const extra = random.indexOf(intervention);
    if (extra < 0) return;
    loadings[(q + extra) * p + target] = 1;
    covariances[(q + extra) * total + q + extra] = variance;
  });
  return fromDense(
    {
      ...dense,
      sources: [...dense.sources, ...random.map(({ variable }) => `do(${variable})`)],
      loadings,
      covariances,
    },
    weighted.structure.label,
  );
}
