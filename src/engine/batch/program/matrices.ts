import type { Scalar, Tape } from "./tape.ts";

/** A matrix of scalars on a tape, by rows. Entries that are structurally zero are the tape's `zero`. */
export type Matrix = Scalar[][];

export function zeros(tape: Tape, rows: number, columns: number): Matrix {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => tape.zero));
}

export function identity(tape: Tape, size: number): Matrix {
  const matrix = zeros(tape, size, size);
  for (let i = 0; i < size; i++) matrix[i]![i] = tape.one;
  return matrix;
}

export function transpose(matrix: Matrix, columns: number): Matrix {
  return Array.from({ length: columns }, (_, j) => matrix.map((row) => row[j]!));
}

/** Σ_i x_i y_i. */
export function dot(tape: Tape, x: readonly Scalar[], y: readonly Scalar[]): Scalar {
  let sum = tape.zero;
  for (let i = 0; i < x.length; i++) {
    if (x[i] !== tape.zero && y[i] !== tape.zero) sum = tape.add(sum, tape.multiply(x[i]!, y[i]!));
  }
  return sum;
}

/** Σ_i X_ii. */
export function trace(tape: Tape, matrix: Matrix): Scalar {
  return matrix.reduce((sum, row, i) => tape.add(sum, row[i]!), tape.zero);
}

/** X Y; `columns` is Y's number of columns. */
export function multiply(tape: Tape, x: Matrix, y: Matrix, columns: number): Matrix {
  const byColumn = transpose(y, columns);
  return x.map((row) => byColumn.map((column) => dot(tape, row, column)));
}

/** X Y where the product is known to be symmetric: one triangle is computed and mirrored. */
export function multiplyToSymmetric(tape: Tape, x: Matrix, y: Matrix): Matrix {
  const size = x.length;
  const byColumn = transpose(y, size);
  return symmetric(tape, size, (i, j) => dot(tape, x[i]!, byColumn[j]!));
}

/** A symmetric matrix from its lower triangle. */
export function symmetric(tape: Tape, size: number, entry: (i: number, j: number) => Scalar): Matrix {
  const matrix = zeros(tape, size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) matrix[i]![j] = matrix[j]![i] = entry(i, j);
  }
  return matrix;
}

/** X − Y by entries. */
export function subtract(tape: Tape, x: Matrix, y: Matrix): Matrix {
  return x.map((row, i) => row.map((value, j) => tape.subtract(value, y[i]![j]!)));
}

/**
 * Inverse of a symmetric matrix from A = L D Lᵀ (L unit lower triangular), and the pivots D.
 *
 * There is no pivoting, so an indefinite A is inverted as well; the number of negative pivots is the number of its
 * negative eigenvalues (Sylvester's law of inertia). Zeros of A outside its diagonal blocks stay zero.
 */
export function invertSymmetric(tape: Tape, a: Matrix): { inverse: Matrix; pivots: Scalar[] } {
  const size = a.length;
  const { lower, pivots, reciprocals } = factorise(tape, a);
  const inverseLower = identity(tape, size);
  for (let j = 0; j < size; j++) {
    for (let i = j + 1; i < size; i++) {
      let sum = tape.zero;
      for (let m = j; m < i; m++) {
        sum = tape.subtract(sum, tape.multiply(lower[i]![m]!, inverseLower[m]![j]!));
      }
      inverseLower[i]![j] = sum;
    }
  }
  const scaled = inverseLower.map((row, m) => row.map((value) => tape.multiply(value, reciprocals[m]!)));
  const inverse = multiplyToSymmetric(tape, transpose(scaled, size), inverseLower);
  return { inverse, pivots };
}

function factorise(tape: Tape, a: Matrix): { lower: Matrix; pivots: Scalar[]; reciprocals: Scalar[] } {
  const size = a.length;
  const lower = identity(tape, size);
  const pivots: Scalar[] = [];
  const reciprocals: Scalar[] = [];
  for (let i = 0; i < size; i++) {
    // Row i of L D, before the division by the pivots.
    const scaled: Scalar[] = [];
    let pivot = a[i]![i]!;
    for (let j = 0; j < i; j++) {
      let entry = a[i]![j]!;
      for (let m = 0; m < j; m++) entry = tape.subtract(entry, tape.multiply(scaled[m]!, lower[j]![m]!));
      scaled.push(entry);
      lower[i]![j] = tape.multiply(entry, reciprocals[j]!);
      pivot = tape.subtract(pivot, tape.multiply(entry, lower[i]![j]!));
    }
    pivots.push(pivot);
    reciprocals.push(tape.divide(tape.one, pivot));
  }
  return { lower, pivots, reciprocals };
}

/** Factors multiplied before one logarithm is taken: few logarithms, and no product that over- or underflows. */
const FACTORS_PER_LOGARITHM = 6;

/** Σ ln|d_i|, which is ln|A| for the pivots d of a positive-definite A. */
export function logDeterminant(tape: Tape, pivots: readonly Scalar[]): Scalar {
  let sum = tape.zero;
  for (let first = 0; first < pivots.length; first += FACTORS_PER_LOGARITHM) {
    const factors = pivots.slice(first, first + FACTORS_PER_LOGARITHM);
    sum = tape.add(sum, tape.logarithm(factors.reduce((a, b) => tape.multiply(a, b))));
  }
  return sum;
}

/** The number of negative pivots. */
export function countNegative(tape: Tape, pivots: readonly Scalar[]): Scalar {
  return pivots.reduce((sum, pivot) => tape.add(sum, tape.isNegative(pivot)), tape.zero);
}
