import type { PrimeField } from "./field.ts";
import type { Random } from "./random.ts";

/** Row echelon form modulo a prime: row i has its leading entry in column `pivots[i]`, scaled to 1. */
export interface Echelon {
  readonly field: PrimeField;
  readonly columns: number;
  readonly rows: readonly Float64Array[];
  readonly pivots: readonly number[];
  /** Columns without a pivot: one for each dimension of the null space. */
  readonly free: readonly number[];
}

/**
 * Gaussian elimination modulo a prime, in place of `matrix`. O(rows · columns · rank), exact.
 */
export function echelon(field: PrimeField, matrix: Float64Array[], columns: number): Echelon {
  const { prime } = field;
  const inverse = 1 / prime;
  const rest = [...matrix];
  const rows: Float64Array[] = [];
  const pivots: number[] = [];
  const free: number[] = [];
  for (let column = 0; column < columns; column++) {
    const found = rest.findIndex((row) => row[column]! % prime !== 0);
    if (found < 0) {
      free.push(column);
      continue;
    }
    const [pivot] = rest.splice(found, 1);
    const scale = field.divide(1, pivot![column]! % prime);
    for (let j = column; j < columns; j++) pivot![j] = field.multiply(pivot![j]!, scale);
    for (const row of rest) subtractMultiple(row, pivot!, column, prime, inverse);
    rows.push(pivot!);
    pivots.push(column);
  }
  return { field, columns, rows, pivots, free };
}

/**
 * row −= row[column] · pivot from `column` on. The reduction by a floating-point reciprocal is exact but for
 * zero, which may come out as `prime`; entries stay in [0, prime], so products stay below 2⁵³.
 */
function subtractMultiple(
  row: Float64Array,
  pivot: Float64Array,
  column: number,
  prime: number,
  inverse: number,
): void {
  const factor = (prime - (row[column]! % prime)) % prime;
  if (factor === 0) return;
  for (let j = column; j < row.length; j++) {
    const value = row[j]! + factor * pivot[j]!;
    row[j] = value - Math.floor(value * inverse) * prime;
  }
}

/** The null vector with the given values at the free columns. O(columns · rank). */
export function nullVector(form: Echelon, atFree: (column: number) => number): Float64Array {
  const { field } = form;
  const vector = new Float64Array(form.columns);
  for (const column of form.free) vector[column] = atFree(column);
  for (let i = form.rows.length - 1; i >= 0; i--) {
    const row = form.rows[i]!;
    const pivot = form.pivots[i]!;
    let sum = 0;
    for (let j = pivot + 1; j < form.columns; j++) {
      if (vector[j] !== 0) sum = field.add(sum, field.multiply(row[j]!, vector[j]!));
    }
    vector[pivot] = sum === 0 ? 0 : field.prime - sum;
  }
  return vector;
}

/** A null vector with random values at all free columns: zero exactly where the whole null space is. */
export function genericNullVector(form: Echelon, random: Random): Float64Array {
  return nullVector(form, () => form.field.random(random));
}
