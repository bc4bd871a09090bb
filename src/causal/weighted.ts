import { ModelError } from "../errors.ts";
import { multiply, quadraticForm } from "../engine/cpu/linalg.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { entryValue, observedIndices, type Entry, type Structure } from "../model/model.ts";
import { topologicalOrder } from "../model/topology.ts";

/**
 * A model with numbers on its edges. `structure` holds no entry that still waits for the sample
 * (`bindSample` fills those); `theta` has one value for each parameter that an entry names.
 */
export interface WeightedModel {
  readonly structure: Structure;
  readonly theta: Float64Array;
}

/** The matrices of a weighted model, dense and row-major: Λ q×p, B p×p, Ψ q×q, α 1×p. */
export interface DenseModel {
  readonly variables: Structure["variables"];
  readonly sources: readonly string[];
  readonly loadings: Float64Array;
  readonly paths: Float64Array;
  readonly covariances: Float64Array;
  readonly intercepts: Float64Array;
}

/** What follows from the matrices, over all variables, observed or not. */
export interface Implied {
  /** T = (I − B)⁻¹, p×p: entry (x, y) is the total effect of x on y. */
  readonly totalEffects: Float64Array;
  /** A = Λ T, q×p: total effects of the sources. */
  readonly sourceEffects: Float64Array;
  /** AᵀΨA, p×p. */
  readonly covariance: Float64Array;
  /** α T, p. */
  readonly mean: Float64Array;
}

/** The matrices of a weighted model. Throws ModelError where an entry has no number yet. */
export function toDense({ structure, theta }: WeightedModel): DenseModel {
  const p = structure.variables.length;
  const q = structure.sources.length;
  const fill = (entries: readonly Entry[], rows: number, columns: number): Float64Array => {
    const matrix = new Float64Array(rows * columns);
    for (const entry of entries) matrix[entry.row * columns + entry.column] = number(entry, theta);
    return matrix;
  };
  const covariances = fill(structure.covariances, q, q);
  for (const { row, column } of structure.covariances) {
    covariances[column * q + row] = covariances[row * q + column]!;
  }
  return {
    variables: structure.variables,
    sources: structure.sources,
    loadings: fill(structure.loadings, q, p),
    paths: fill(structure.paths, p, p),
    covariances,
    intercepts: fill(structure.intercepts, 1, p),
  };
}

/** A weighted model in which every nonzero entry is a free parameter of its own. Inverse of `toDense`. */
export function fromDense(dense: DenseModel, label = ""): WeightedModel {
  const p = dense.variables.length;
  const q = dense.sources.length;
  const theta: number[] = [];
  const entries = (matrix: Float64Array, columns: number, upperOnly = false): Entry[] =>
    [...matrix].flatMap((value, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      if (value === 0 || (upperOnly && row > column)) return [];
      theta.push(value);
      return [{ row, column, parameter: theta.length - 1, factor: 1, value: NaN, fromSample: false }];
    });
  const structure: Structure = {
    label,
    variables: dense.variables,
    sources: dense.sources,
    loadings: entries(dense.loadings, p),
    paths: entries(dense.paths, p),
    covariances: entries(dense.covariances, q, true),
    intercepts: entries(dense.intercepts, p),
  };
  return { structure, theta: Float64Array.from(theta) };
}

/** Total effects, implied covariance and mean of all variables. Throws ModelError on a cycle. */
export function implied(weighted: WeightedModel): Implied {
  const dense = toDense(weighted);
  const p = dense.variables.length;
  const q = dense.sources.length;
  const totalEffects = totalEffectMatrix(dense.paths, topologicalOrder(weighted.structure));
  const sourceEffects = multiply(dense.loadings, totalEffects, q, p, p);
  const transposed = new Float64Array(p * q);
  for (let l = 0; l < q; l++) for (let c = 0; c < p; c++) transposed[c * q + l] = sourceEffects[l * p + c]!;
  return {
    totalEffects,
    sourceEffects,
    covariance: quadraticForm(transposed, dense.covariances, p, q),
    mean: multiply(dense.intercepts, totalEffects, 1, p, p),
  };
}

/** Implied covariance (k×k) and mean of the observed variables, in the order of the structure. */
export function observedMoments(weighted: WeightedModel): {
  names: string[];
  covariance: Float64Array;
  mean: Float64Array;
} {
  const { covariance, mean } = implied(weighted);
  const { variables } = weighted.structure;
  const observed = observedIndices(weighted.structure);
  return {
    names: observed.map((index) => variables[index]!.name),
    covariance: submatrix(covariance, variables.length, observed),
    mean: Float64Array.from(observed, (index) => mean[index]!),
  };
}

/** (I − B)⁻¹ for an acyclic p×p B: row x is filled along the topological order, T_xy = [x = y] + Σ_a T_xa B_ay. */
export function totalEffectMatrix(paths: Float64Array, order: readonly number[]): Float64Array {
  const p = order.length;
  const total = new Float64Array(p * p);
  const causes = order.map((variable) => order.filter((cause) => paths[cause * p + variable] !== 0));
  for (let x = 0; x < p; x++) {
    total[x * p + x] = 1;
    order.forEach((variable, at) => {
      if (variable === x) return;
      let sum = 0;
      for (const cause of causes[at]!) sum += total[x * p + cause]! * paths[cause * p + variable]!;
      total[x * p + variable] = sum;
    });
  }
  return total;
}

/** The index of a variable by name. Throws ModelError that lists the names there are. */
export function variableIndex(structure: Structure, name: string): number {
  const index = structure.variables.findIndex((variable) => variable.name === name);
  if (index >= 0) return index;
  throw new ModelError(
    `There is no variable ${name} in the model.`,
    `The variables are: ${structure.variables.map((variable) => variable.name).join(", ")}.`,
  );
}

function number(entry: Entry, theta: Float64Array): number {
  const value = entryValue(entry, theta);
  if (Number.isFinite(value)) return value;
  throw new ModelError(
    "The model has an entry without a number.",
    "Pass estimates for all parameters, and fill moments taken from the sample (fixed.x) first.",
  );
}
