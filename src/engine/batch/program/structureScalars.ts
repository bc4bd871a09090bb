import { type Entry, FIXED, observedIndices, type Structure } from "../../../model/model.ts";
import { type Matrix, zeros } from "./matrices.ts";
import { type GroupLayout, sampleSlots, triangleIndex } from "./sampleLayout.ts";
import type { Scalar, Tape } from "./tape.ts";

/** One group's structure and sample as scalars on a tape. */
export interface StructureScalars {
  readonly tape: Tape;
  readonly structure: Structure;
  readonly p: number;
  readonly q: number;
  /** Positions of the observed variables, in the order of the sample. */
  readonly observed: readonly number[];
  readonly unobserved: readonly number[];
  readonly loadings: Matrix;
  readonly paths: Matrix;
  readonly covariances: Matrix;
  /** α, or undefined where the model has no means. */
  readonly intercepts: Scalar[] | undefined;
  /** S, k×k. */
  readonly sample: Matrix;
  readonly sampleMean: Scalar[] | undefined;
}

/**
 * Puts Λ, B, Ψ, α, S and m of one group on a tape. Inputs 0 … t−1 are θ, the sample vector follows.
 * Entries that take the sample's moments (`fixed.x`) read them from the sample vector of each problem.
 */
export function structureScalars(
  tape: Tape,
  structure: Structure,
  layout: GroupLayout,
  parameterCount: number,
): StructureScalars {
  const p = structure.variables.length;
  const q = structure.sources.length;
  const observed = observedIndices(structure);
  const isObserved = new Set(observed);
  const slots = sampleSlots(structure, layout);
  const moment = (i: number, j: number): Scalar =>
    tape.input(parameterCount + layout.covariance + triangleIndex(i, j));
  const mean = (i: number): Scalar => tape.input(parameterCount + layout.mean + i);
  const valueOf =
    (slot: (entry: Entry) => number) =>
    (entry: Entry): Scalar =>
      entry.fromSample ? tape.input(parameterCount + slot(entry)) : entryScalar(tape, entry);
  const hasMeans = layout.mean >= 0;
  return {
    tape,
    structure,
    p,
    q,
    observed,
    unobserved: structure.variables.flatMap((_, index) => (isObserved.has(index) ? [] : [index])),
    loadings: fill(tape, zeros(tape, q, p), structure.loadings, (entry) => entryScalar(tape, entry)),
    paths: fill(tape, zeros(tape, p, p), structure.paths, (entry) => entryScalar(tape, entry)),
    covariances: fill(tape, zeros(tape, q, q), structure.covariances, valueOf(slots.covariance), true),
    intercepts: hasMeans
      ? fill(tape, zeros(tape, 1, p), structure.intercepts, valueOf(slots.intercept))[0]!
      : undefined,
    sample: observed.map((_, i) => observed.map((__, j) => moment(i, j))),
    sampleMean: hasMeans ? observed.map((_, i) => mean(i)) : undefined,
  };
}

function fill(
  tape: Tape,
  matrix: Matrix,
  entries: readonly Entry[],
  value: (entry: Entry) => Scalar,
  isSymmetric = false,
): Matrix {
  for (const entry of entries) {
    const { row, column } = entry;
    matrix[row]![column] = tape.add(matrix[row]![column]!, value(entry));
    if (isSymmetric) matrix[column]![row] = matrix[row]![column]!;
  }
  return matrix;
}

function entryScalar(tape: Tape, entry: Entry): Scalar {
  if (entry.parameter === FIXED) return tape.constant(entry.value);
  return tape.multiply(tape.constant(entry.factor), tape.input(entry.parameter));
}

/** Derivatives of F with respect to the entries of Λ, B, Ψ and α (an off-diagonal Ψ_lm counted once). */
export interface EntryDerivatives {
  loading(entry: Entry): Scalar;
  path(entry: Entry): Scalar;
  covariance(entry: Entry): Scalar;
  intercept(entry: Entry): Scalar;
}

/** gradient[parameter(e)] += weight · factor(e) · ∂F/∂e over all free entries e of a structure. */
export function accumulateGradient(
  { tape, structure }: StructureScalars,
  derivatives: EntryDerivatives,
  weight: number,
  gradient: Scalar[],
): void {
  const add = (entries: readonly Entry[], derivative: (entry: Entry) => Scalar): void => {
    for (const entry of entries) {
      if (entry.parameter === FIXED) continue;
      const scaled = tape.multiply(tape.constant(weight * entry.factor), derivative(entry));
      gradient[entry.parameter] = tape.add(gradient[entry.parameter]!, scaled);
    }
  };
  add(structure.loadings, derivatives.loading);
  add(structure.paths, derivatives.path);
  add(structure.covariances, derivatives.covariance);
  add(structure.intercepts, derivatives.intercept);
}
