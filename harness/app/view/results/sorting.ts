/** By which column a table is sorted, and which way. */
export interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

/** Rows in the order of a column: numbers by size with NaN last, texts by the alphabet. A copy. */
export function sorted<Row>(
  rows: readonly Row[],
  cell: (row: Row, column: number) => number | string,
  sorting: Sorting | undefined,
): Row[] {
  if (!sorting) return [...rows];
  const sign = sorting.descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [cell(a, sorting.column), cell(b, sorting.column)];
    if (typeof x === "string" || typeof y === "string") {
      return sign * String(x).localeCompare(String(y), undefined, { numeric: true });
    }
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  });
}
