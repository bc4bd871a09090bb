import type { Moments, Table } from "./moments.ts";
import { selectRows } from "./table.ts";

/** The rows with at least one value: what full-information maximum likelihood uses. */
export function informativeCases(table: Table): Table {
  return selectRows(table, (row) => table.columns.some((column) => !Number.isNaN(column[row]!)));
}

/**
 * First moments to start from where values are missing: each variable's mean and variance (divisor n) over the cases
 * that have it, covariances zero. The fit replaces them by the maximum-likelihood moments.
 */
export function availableMoments(table: Table): Moments {
  const k = table.names.length;
  const mean = new Float64Array(k);
  const covariance = new Float64Array(k * k);
  table.columns.forEach((column, j) => {
    const values = column.filter((value) => !Number.isNaN(value));
    for (const value of values) mean[j]! += value / values.length;
    for (const value of values) covariance[j * k + j]! += (value - mean[j]!) ** 2 / values.length;
  });
  return { names: table.names, n: table.rows, covariance, mean };
}
