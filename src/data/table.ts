import type { CsvFile } from "./csvFile.ts";
import { locateVariables, numericColumn } from "./columns.ts";
import type { Moments, Table } from "./moments.ts";

/** The named columns of a CSV file as numbers. @throws DataError as `locateVariables` and `numericColumn` do. */
export function tableOf(file: CsvFile, names: readonly string[]): Table {
  const columns = locateVariables(names, file.names).map((field) => numericColumn(file, field));
  return { names, columns, rows: file.rows.length };
}

/** The rows of a table that `keep` wants. */
export function selectRows(table: Table, keep: (row: number) => boolean): Table {
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter(keep);
  const columns = table.columns.map((column) => Float64Array.from(rows, (row) => column[row]!));
  const { names, weights } = table;
  const kept = weights && { weights: Float64Array.from(rows, (row) => weights[row]!) };
  return { names, columns, rows: rows.length, ...kept };
}

/** The rows without a missing value or weight (listwise deletion). */
export function completeCases(table: Table): Table {
  const { columns, weights } = table;
  const known = weights ? [...columns, weights] : columns;
  return selectRows(table, (row) => known.every((column) => !Number.isNaN(column[row]!)));
}

/**
 * Sample moments of the named columns over the complete cases, with divisor n; with case weights wᵢ,
 * m = Σᵢ wᵢxᵢ / Σᵢ wᵢ and S = Σᵢ wᵢ (xᵢ − m)ᵀ(xᵢ − m) / Σᵢ wᵢ, by two passes, k×k for k names.
 *
 * @throws DataError where a name is not in the table.
 */
export function momentsOf(table: Table, names: readonly string[]): Moments {
  const columns = locateVariables(names, table.names).map((index) => table.columns[index]!);
  const { weights: stated } = table;
  const complete = completeCases({ names, columns, rows: table.rows, ...(stated && { weights: stated }) });
  const { rows: n, weights } = complete;
  const k = names.length;
  const total = weights ? sum(weights) : n;
  const weigh = (column: Float64Array): Float64Array =>
    weights ? column.map((value, i) => value * weights[i]!) : column;
  const mean = Float64Array.from(complete.columns, (column) => sum(weigh(column)) / total);
  const centred = complete.columns.map((column, j) => column.map((value) => value - mean[j]!));
  const covariance = new Float64Array(k * k);
  for (let row = 0; row < k; row++) {
    const left = weigh(centred[row]!);
    for (let column = row; column < k; column++) {
      const value = crossProduct(left, centred[column]!) / total;
      covariance[row * k + column] = value;
      covariance[column * k + row] = value;
    }
  }
  return { names, n, covariance, mean };
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function crossProduct(x: Float64Array, y: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]! * y[i]!;
  return total;
}
