import { DataError } from "../errors.ts";
import { numericColumn, locateVariables } from "./columns.ts";
import type { CsvFile } from "./csvFile.ts";
import type { Table } from "./moments.ts";

/**
 * Gives a whole file's table its case weights from a column, scaled so that all weights add up to the number of rows that
 * have one (lavaan's `sampling.weights`); rows without a weight, or with weight 0, are marked by NaN.
 *
 * @throws DataError where a weight is negative, or none is positive.
 */
export function readCaseWeights(file: CsvFile, name: string): Float64Array {
  const [field] = locateVariables([name], file.names);
  const stated = numericColumn(file, field!);
  const negative = stated.findIndex((weight) => weight < 0);
  if (negative >= 0) {
    throw new DataError(
      `the weight "${name}" of row ${negative + 1} is negative`,
      "Case weights must be positive.",
    );
  }
  if (!stated.some((weight) => weight > 0)) {
    throw new DataError(`the weights "${name}" are all zero or missing`, "Name another column.");
  }
  return stated.map((weight) => (weight > 0 ? weight : NaN));
}

/** The tables of all groups with their weights scaled to add up to the number of cases in all of them. */
export function scaleCaseWeights(tables: readonly Table[]): Table[] {
  const cases = tables.reduce((sum, { rows }) => sum + rows, 0);
  const total = tables.reduce((sum, table) => sum + weightOf(table), 0);
  return tables.map((table) => {
    const { weights } = table;
    return weights ? { ...table, weights: weights.map((weight) => (weight * cases) / total) } : table;
  });
}

/** Sum of the cases' weights: the number of rows where they are not weighted. */
export function weightOf({ rows, weights }: Table): number {
  return weights ? weights.reduce((sum, weight) => sum + weight, 0) : rows;
}
