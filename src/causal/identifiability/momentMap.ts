import {
  entryValue,
  FIXED,
  observedIndices,
  type Entry,
  type Model,
  type Structure,
} from "../../model/model.ts";
import { topologicalOrder } from "../../model/topology.ts";
import { implied, type Implied } from "../weighted.ts";

/** θ ↦ observed moments of a model with numbers in every fixed place, in double precision. */
export interface MomentMap {
  readonly model: Model;
  /** Σ (upper triangle, row by row) and, with means, μ, of all groups. */
  moments(theta: Float64Array): Float64Array;
  /** The same, and the Jacobian: moments × parameters, row-major. */
  jacobian(theta: Float64Array): { moments: Float64Array; jacobian: Float64Array };
  /** Whether every Ψ(θ) is a covariance matrix. */
  admissible(theta: Float64Array): boolean;
}

/** The moment map of a model whose entries from the sample have been given values (`withGenericSample`). */
export function momentMap(model: Model): MomentMap {
  const m = model.parameters.length;
  for (const structure of model.structures) topologicalOrder(structure);
  const run = (theta: Float64Array, jacobian?: Float64Array): Float64Array => {
    const moments: number[] = [];
    for (const structure of model.structures) {
      const at = implied({ structure, theta });
      const first = moments.length;
      pushMoments(structure, at, model.meanStructure, moments);
      if (jacobian !== undefined) {
        fillJacobian(structure, theta, at, model.meanStructure, jacobian.subarray(first * m), m);
      }
    }
    return Float64Array.from(moments);
  };
  const count = model.structures.reduce((sum, { variables }) => {
    const k = variables.filter(({ observed }) => observed).length;
    return sum + (k * (k + 1)) / 2 + (model.meanStructure ? k : 0);
  }, 0);
  return {
    model,
    moments: (theta) => run(theta),
    jacobian: (theta) => {
      const jacobian = new Float64Array(count * m);
      return { moments: run(theta, jacobian), jacobian };
    },
    admissible: (theta) => model.structures.every((structure) => isCovariance(structure, theta)),
  };
}

function pushMoments(structure: Structure, at: Implied, withMeans: boolean, moments: number[]): void {
  const p = structure.variables.length;
  const observed = observedIndices(structure);
  observed.forEach((i, position) => {
    for (const j of observed.slice(position)) moments.push(at.covariance[i * p + j]!);
  });
  if (withMeans) for (const i of observed) moments.push(at.mean[i]!);
}

/** Derivatives of every observed moment; the formulas are those of `addCovarianceMeasurement` with u = e_i, w = e_j. */
function fillJacobian(
  structure: Structure,
  theta: Float64Array,
  at: Implied,
  withMeans: boolean,
  jacobian: Float64Array,
  m: number,
): void {
  const p = structure.variables.length;
  const q = structure.sources.length;
  const { totalEffects: t, sourceEffects: a, covariance: s, mean } = at;
  const cross = sourceCrossCovariances(structure, theta, a, p, q);
  const observed = observedIndices(structure);
  let row = 0;
  const add = ({ parameter, factor }: Entry, value: number): void => {
    if (parameter !== FIXED) jacobian[row * m + parameter]! += factor * value;
  };
  observed.forEach((i, position) => {
    for (const j of observed.slice(position)) {
      for (const e of structure.paths) {
        add(e, t[e.column * p + i]! * s[e.row * p + j]! + s[e.row * p + i]! * t[e.column * p + j]!);
      }
      for (const e of structure.loadings) {
        add(e, t[e.column * p + i]! * cross[e.row * p + j]! + cross[e.row * p + i]! * t[e.column * p + j]!);
      }
      for (const e of structure.covariances) {
        const swapped = e.row === e.column ? 0 : a[e.column * p + i]! * a[e.row * p + j]!;
        add(e, a[e.row * p + i]! * a[e.column * p + j]! + swapped);
      }
      row++;
    }
  });
  if (!withMeans) return;
  for (const i of observed) {
    for (const e of structure.intercepts) add(e, t[e.column * p + i]!);
    for (const e of structure.paths) add(e, mean[e.row]! * t[e.column * p + i]!);
    row++;
  }
}

/** ΨA, q×p. */
function sourceCrossCovariances(
  structure: Structure,
  theta: Float64Array,
  a: Float64Array,
  p: number,
  q: number,
): Float64Array {
  const cross = new Float64Array(q * p);
  for (const entry of structure.covariances) {
    const value = entryValue(entry, theta);
    for (let c = 0; c < p; c++) {
      cross[entry.row * p + c]! += value * a[entry.column * p + c]!;
      if (entry.row !== entry.column) cross[entry.column * p + c]! += value * a[entry.row * p + c]!;
    }
  }
  return cross;
}

function isCovariance(structure: Structure, theta: Float64Array): boolean {
  const q = structure.sources.length;
  const matrix = new Float64Array(q * q);
  for (const entry of structure.covariances) {
    const value = entryValue(entry, theta);
    matrix[entry.row * q + entry.column] = value;
    matrix[entry.column * q + entry.row] = value;
  }
  // LDLᵀ without pivoting, a zero pivot passing where rounding is all that is left.
  for (let j = 0; j < q; j++) {
    const pivot = matrix[j * q + j]!;
    if (pivot < -1e-9) return false;
    if (pivot < 1e-9) continue;
    for (let i = j + 1; i < q; i++) {
      const factor = matrix[i * q + j]! / pivot;
      if (factor !== 0) for (let c = j; c < q; c++) matrix[i * q + c]! -= factor * matrix[j * q + c]!;
    }
  }
  return true;
}
