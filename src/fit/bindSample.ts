import type { Moments } from "../data/moments.ts";
import type { Entry, Model, Structure } from "../model/model.ts";

/**
 * Gives the entries that are fixed at the sample's moments (lavaan's `fixed.x`) their values:
 * ψ of two exogenous observed variables becomes their covariance in S, α of one becomes its mean.
 */
export function bindSample(model: Model, moments: readonly Moments[]): Model {
  const structures = model.structures.map((structure, g) => bindStructure(structure, moments[g]!));
  return { ...model, structures };
}

function bindStructure(structure: Structure, moments: Moments): Structure {
  const k = moments.names.length;
  const indexOf = new Map(moments.names.map((name, index) => [name, index]));
  const variableOfSource = new Map(structure.loadings.map(({ row, column }) => [row, column]));
  const sampleIndex = (variable: number): number => indexOf.get(structure.variables[variable]!.name)!;
  const covariance = (entry: Entry): Entry => {
    if (!entry.fromSample) return entry;
    const row = sampleIndex(variableOfSource.get(entry.row)!);
    const column = sampleIndex(variableOfSource.get(entry.column)!);
    return { ...entry, value: moments.covariance[row * k + column]! };
  };
  const intercept = (entry: Entry): Entry =>
    entry.fromSample ? { ...entry, value: moments.mean![sampleIndex(entry.column)]! } : entry;
  return {
    ...structure,
    covariances: structure.covariances.map(covariance),
    intercepts: structure.intercepts.map(intercept),
  };
}
