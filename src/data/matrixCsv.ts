import { DataError } from "../errors.ts";
import { parseCell } from "./cells.ts";
import type { CsvFile } from "./csvFile.ts";
import { numericColumn } from "./columns.ts";
import { symmetrised, type StatedMoments } from "./statedMoments.ts";

/**
 * Reads a CSV file as a covariance or correlation matrix, or gives `undefined` where it looks like raw data.
 * A matrix has as many rows as names, which may also stand in the first column; the upper triangle may be left empty.
 * Without row names it must at least be nearly symmetric with a positive diagonal to be taken for a matrix.
 *
 * @throws DataError where it is a matrix, but not symmetric, or with text or holes in it.
 */
export function matrixFromCsv(file: CsvFile): StatedMoments | undefined {
  const labelled = hasRowNames(file);
  const names = labelled ? file.names.slice(1) : file.names;
  if (file.rows.length !== names.length) return undefined;
  if (!labelled && !looksSymmetric(file)) return undefined;
  const offset = labelled ? 1 : 0;
  const k = names.length;
  const columns = names.map((_, index) => numericColumn(file, index + offset));
  const matrix = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      const value = columns[j]![i]!;
      matrix[i * k + j] = j > i && Number.isNaN(value) ? columns[i]![j]! : value;
    }
  }
  const hole = matrix.findIndex(Number.isNaN);
  if (hole >= 0) {
    const [i, j] = [Math.floor(hole / k), hole % k];
    throw new DataError(
      `the covariance of "${names[i]}" and "${names[j]}" is missing`,
      "Fill in the whole matrix, or at least its lower triangle.",
      file.lines[i],
    );
  }
  const symmetric = symmetrised(names, matrix);
  const isCorrelation = names.every((_, i) => symmetric[i * k + i] === 1);
  return {
    label: "",
    names,
    matrix: symmetric,
    isCorrelation,
    mean: undefined,
    n: undefined,
    divisor: undefined,
  };
}

/** Whether the first column repeats the names of the other columns, in their order. */
function hasRowNames(file: CsvFile): boolean {
  const names = file.names.slice(1);
  return names.length === file.rows.length && names.every((name, row) => file.rows[row]![0]!.trim() === name);
}

/** A positive diagonal, and at least two thirds of the pairs equal: raw data does not do that by chance. */
function looksSymmetric(file: CsvFile): boolean {
  const k = file.names.length;
  const cell = (row: number, column: number): number =>
    parseCell(file.rows[row]![column]!, file.decimal) ?? Number.NaN;
  let equal = 0;
  for (let i = 0; i < k; i++) {
    if (!(cell(i, i) > 0)) return false;
    for (let j = 0; j < i; j++) {
      const [below, above] = [cell(i, j), cell(j, i)];
      if (below === above || (Number.isNaN(above) && !Number.isNaN(below))) equal++;
    }
  }
  return equal >= (k * (k - 1)) / 3;
}
