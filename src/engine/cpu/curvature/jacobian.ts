import {
  type EntryPlace,
  generatorRows,
  type Generators,
  meanGenerator,
  stackLayout,
  stackRows,
} from "./generators.ts";

/**
 * ∂Σ/∂entry (k×k, symmetric) and ∂μ/∂entry (k) for a list of entries, free or not:
 * what modification indices, robust tests and weighted least squares need.
 */
export interface MomentDerivative {
  readonly sigma: Float64Array;
  readonly mean: Float64Array;
}

/** Derivatives of the observed moments by single entries. Cost k² per entry. */
export function momentDerivatives(generators: Generators, places: readonly EntryPlace[]): MomentDerivative[] {
  const { k, p, observed } = generators.c;
  const layout = stackLayout(generators.c);
  const stack = stackRows(generators);
  return places.map((place) => {
    const sigma = new Float64Array(k * k);
    const mean = new Float64Array(k);
    const rows = generatorRows(place, layout);
    if (rows) {
      const u = stack.subarray(rows.u * k, rows.u * k + k);
      const v = stack.subarray(rows.v * k, rows.v * k + k);
      for (let i = 0; i < k; i++) {
        for (let j = 0; j < k; j++) sigma[i * k + j] = rows.weight * (u[i]! * v[j]! + v[i]! * u[j]!);
      }
    }
    const move = meanGenerator(place, generators.mean);
    if (move) {
      for (let j = 0; j < k; j++)
        mean[j] = move.scale * generators.inverse[move.variable * p + observed[j]!]!;
    }
    return { sigma, mean };
  });
}
