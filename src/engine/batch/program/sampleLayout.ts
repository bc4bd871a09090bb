import type { Moments } from "../../../data/moments.ts";
import { type Entry, type Model, observedIndices, type Structure } from "../../../model/model.ts";

/** Where one group's sample moments stand in a problem's sample vector. */
export interface GroupLayout {
  /** Observed variables. */
  readonly k: number;
  /** First of the k(k+1)/2 entries S_00, S_10, S_11, S_20 …: the lower triangle by rows. */
  readonly covariance: number;
  /** First of the k means; −1 where the model has none. */
  readonly mean: number;
}

/** The sample vector of a problem: all that its F depends on besides θ. */
export interface SampleLayout {
  readonly groups: readonly GroupLayout[];
  readonly size: number;
}

/** Lays out S and, where the model has means, m of every group of a model, one after the other. */
export function layoutSample(model: Model): SampleLayout {
  let size = 0;
  const groups = model.structures.map((structure) => {
    const k = observedIndices(structure).length;
    const covariance = size;
    size += (k * (k + 1)) / 2;
    const mean = model.meanStructure ? size : -1;
    if (model.meanStructure) size += k;
    return { k, covariance, mean };
  });
  return { groups, size };
}

/** Place of (i, j) in a lower triangle by rows. */
export function triangleIndex(i: number, j: number): number {
  const row = Math.max(i, j);
  return (row * (row + 1)) / 2 + Math.min(i, j);
}

/** Where the sample vector holds what entries of Ψ and α take from it (lavaan's `fixed.x`). */
export function sampleSlots(
  structure: Structure,
  layout: GroupLayout,
): { covariance(entry: Entry): number; intercept(entry: Entry): number } {
  const placeOf = new Map(observedIndices(structure).map((variable, place) => [variable, place]));
  const variableOf = new Map(structure.loadings.map(({ row, column }) => [row, column]));
  const place = (source: number): number => placeOf.get(variableOf.get(source)!)!;
  return {
    covariance: ({ row, column }) => layout.covariance + triangleIndex(place(row), place(column)),
    intercept: ({ column }) => layout.mean + placeOf.get(column)!,
  };
}

/** Writes moments into a sample vector. */
export function packSample(
  layout: SampleLayout,
  moments: readonly Moments[],
  out: Float64Array = new Float64Array(layout.size),
): Float64Array {
  layout.groups.forEach(({ k, covariance, mean }, g) => {
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        out[covariance + triangleIndex(i, j)] = moments[g]!.covariance[i * k + j]!;
      }
      if (mean >= 0) out[mean + i] = moments[g]!.mean![i]!;
    }
  });
  return out;
}
