import type { Field } from "./field.ts";

/** What a linear system says about its unknowns. */
export interface LinearSolution {
  /** Values of the unknowns that the system determines; NaN for the others. */
  readonly values: Float64Array;
  readonly rank: number;
  /** Indices of a largest set of independent equations, in the order they were used. */
  readonly independentRows: readonly number[];
  /** Whether the equations do not contradict each other. */
  readonly consistent: boolean;
}

/**
 * Solves `rows` · x = right side over a field; each row holds n coefficients and then its right side. The system
 * may have any number of equations: an unknown is determined where the reduced row echelon form isolates it.
 * Gauss–Jordan elimination with complete pivoting, in copies. O(equations · n²).
 */
export function solveLinear(field: Field, rows: readonly Float64Array[], n: number): LinearSolution {
  const matrix = rows.map((row) => Float64Array.from(row));
  const source = rows.map((_, index) => index);
  const columns = Array.from({ length: n }, (_, index) => index);
  const largest = pivotIn(field, matrix, columns, 0).size;
  let rank = 0;
  const consistentWith = (from: number): boolean =>
    matrix.slice(from).every((row) => field.magnitude(row[n]!) <= rightTolerance(field, matrix, n, largest));
  while (rank < Math.min(n, matrix.length)) {
    const { size, row, at } = pivotIn(field, matrix, columns, rank);
    if (size === 0 || size <= field.tolerance * largest) break;
    [matrix[rank], matrix[row]] = [matrix[row]!, matrix[rank]!];
    [source[rank], source[row]] = [source[row]!, source[rank]!];
    [columns[rank], columns[at]] = [columns[at]!, columns[rank]!];
    reduceBy(field, matrix, rank, columns[rank]!, n);
    rank++;
  }
  const values = new Float64Array(n).fill(NaN);
  for (let i = 0; i < rank; i++) {
    const row = matrix[i]!;
    const isolated = columns
      .slice(rank)
      .every((free) => field.magnitude(row[free]!) <= field.tolerance * 1e3);
    if (isolated) values[columns[i]!] = row[n]!;
  }
  return { values, rank, independentRows: source.slice(0, rank), consistent: consistentWith(rank) };
}

function pivotIn(
  field: Field,
  matrix: readonly Float64Array[],
  columns: readonly number[],
  rank: number,
): { size: number; row: number; at: number } {
  let best = { size: 0, row: rank, at: rank };
  for (let row = rank; row < matrix.length; row++) {
    for (let at = rank; at < columns.length; at++) {
      const size = field.magnitude(matrix[row]![columns[at]!]!);
      if (size > best.size) best = { size, row, at };
    }
  }
  return best;
}

/** Scales row `rank` to a pivot of 1 and clears the pivot's column everywhere else. */
function reduceBy(field: Field, matrix: Float64Array[], rank: number, column: number, n: number): void {
  const pivot = matrix[rank]!;
  const scale = field.divide(field.constant(1), pivot[column]!);
  for (let j = 0; j <= n; j++) pivot[j] = field.multiply(pivot[j]!, scale);
  matrix.forEach((row, i) => {
    const factor = row[column]!;
    if (i === rank || field.magnitude(factor) === 0) return;
    for (let j = 0; j <= n; j++) row[j] = field.subtract(row[j]!, field.multiply(factor, pivot[j]!));
  });
}

/** Right sides of equations without coefficients are zero up to rounding of the numbers they came from. */
function rightTolerance(field: Field, matrix: readonly Float64Array[], n: number, largest: number): number {
  if (field.tolerance === 0) return 0;
  const scale = Math.max(largest, ...matrix.map((row) => Math.abs(row[n]!)));
  return 1e-6 * scale;
}
