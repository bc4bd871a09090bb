import { FIXED, type Model } from "../../model/model.ts";
import type { Random } from "./random.ts";

/** Gives every entry that waits for the sample's moments a value that a sample could have. */
export function withGenericSample(model: Model, random: Random): Model {
  return {
    ...model,
    structures: model.structures.map((structure) => ({
      ...structure,
      covariances: structure.covariances.map((entry) => {
        if (!entry.fromSample) return entry;
        const value = entry.row === entry.column ? 1 + random() : 0.4 * random() - 0.2;
        return Object.assign({}, entry, { value, fromSample: false });
      }),
      intercepts: structure.intercepts.map((entry) =>
        entry.fromSample ? Object.assign({}, entry, { value: 2 * random() - 1, fromSample: false }) : entry,
      ),
    })),
  };
}

/**
 * Random parameters that make an admissible model: variances in [0.5, 1.5], covariances of sources within ±0.25,
 * coefficients ±[0.3, 0.3 + spread].
 */
export function genericParameters(model: Model, random: Random, spread: number): Float64Array {
  const kind = new Map<number, "variance" | "covariance">();
  for (const { covariances } of model.structures) {
    for (const { row, column, parameter } of covariances) {
      if (parameter === FIXED || kind.get(parameter) === "variance") continue;
      kind.set(parameter, row === column ? "variance" : "covariance");
    }
  }
  return Float64Array.from(model.parameters, (_, parameter) => {
    const uniform = random();
    const sign = random() < 0.5 ? -1 : 1;
    if (kind.get(parameter) === "variance") return 0.5 + uniform;
    if (kind.get(parameter) === "covariance") return sign * 0.25 * uniform;
    return sign * (0.3 + spread * uniform);
  });
}
