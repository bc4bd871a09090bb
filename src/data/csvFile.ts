import type { DecimalMark } from "./decimalMark.ts";

/** A CSV file as text cells. Cells become numbers only when the model asks for their column. */
export interface CsvFile {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** 1-based line on which each row starts. */
  readonly lines: readonly number[];
  readonly headerLine: number;
  readonly delimiter: string;
  readonly decimal: DecimalMark;
  readonly source: string;
}

/** The 1-based line and column at which a cell starts; `row` −1 is the header. */
export function cellPosition(file: CsvFile, row: number, field: number): { line: number; column: number } {
  const line = row < 0 ? file.headerLine : file.lines[row]!;
  const text = file.source.split("\n", line)[line - 1]!;
  let [at, seen, quoted] = [0, 0, false];
  for (; at < text.length && seen < field; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === file.delimiter && !quoted) seen++;
  }
  return { line, column: at + 1 };
}
