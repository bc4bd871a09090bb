/** A line of text that spans the table, or the cells of one of its rows. */
export type TableRow = string | readonly string[];

/** Rows aligned with each other: the first column to the left, the others to the right, two blanks between. */
export function alignColumns(rows: readonly TableRow[]): string[] {
  const cells = rows.filter((row) => typeof row !== "string");
  const count = Math.max(0, ...cells.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...cells.map((row) => widthOf(row[column] ?? ""))),
  );
  return rows.map((row) => (typeof row === "string" ? row : alignRow(row, widths)));
}

function alignRow(row: readonly string[], widths: readonly number[]): string {
  const padded = widths.map((width, column) => {
    const cell = row[column] ?? "";
    const space = " ".repeat(width - widthOf(cell));
    return column === 0 ? cell + space : space + cell;
  });
  return padded.join("  ").trimEnd();
}

/** Characters as a reader counts them. */
function widthOf(text: string): number {
  return [...text].length;
}
