import Papa from "papaparse";
import { DataError } from "../errors.ts";
import { cellPosition, type CsvFile } from "./csvFile.ts";
import { decimalMarkOf } from "./decimalMark.ts";

const DELIMITERS = [",", ";", "\t", "|"];

/** Excel's first line that names the delimiter. */
const DELIMITER_LINE = /^"?sep=(.)"?(?=\n)/i;

/**
 * Reads a CSV text with a header row. The delimiter is what a first line `sep=…` says, else the one of comma, semicolon,
 * tab and bar that the header uses most; decimals may have commas (`decimalMarkOf`); empty lines are skipped; a row label
 * that the header does not name (R's `write.table`) becomes a column without a name.
 *
 * @throws DataError for an empty file, a header without rows, rows of unequal length, and quotes that never close.
 */
export function parseCsv(text: string): CsvFile {
  const whole = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const stated = DELIMITER_LINE.exec(whole)?.[1];
  // The line stays, empty, so that all others keep their numbers.
  const source = whole.replace(DELIMITER_LINE, "");
  if (source.trim() === "") {
    throw new DataError(
      "the data file is empty",
      "It needs a header row with the names and at least two rows below.",
    );
  }
  const delimiter = stated ?? delimiterOf(source.trimStart().split("\n", 1)[0]!);
  const { data, errors } = Papa.parse<string[]>(source, { delimiter, newline: "\n" });
  const starts = lineStarts(data);
  const quoteError = errors.find(({ type }) => type === "Quotes");
  if (quoteError) {
    const line = starts[quoteError.row ?? 0] ?? 1;
    throw new DataError(
      "a quoted cell is never closed properly",
      'Add the missing quotation mark (").',
      line,
    );
  }
  const filled = data.map((_, row) => row).filter((row) => data[row]!.some((cell) => cell.trim() !== ""));
  const [header, ...body] = filled;
  const rows = body.map((row) => data[row]!);
  const file = {
    names: data[header!]!.map((name) => name.trim()),
    rows,
    lines: body.map((row) => starts[row]!),
    headerLine: starts[header!]!,
    delimiter,
    decimal: decimalMarkOf(rows, delimiter),
    source,
  };
  if (body.length === 0) {
    throw new DataError(
      "the data file has a header but no rows",
      "Add the data below the header.",
      file.headerLine,
    );
  }
  return withEqualLengths(file);
}

function delimiterOf(header: string): string {
  const unquoted = header.replace(/"[^"]*"/g, "");
  const counts = DELIMITERS.map((delimiter) => unquoted.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

/** Quoted cells may hold line breaks, so a row can take several lines. */
function lineStarts(rows: readonly (readonly string[])[]): number[] {
  let line = 1;
  return rows.map((row) => {
    const start = line;
    line += 1 + row.reduce((breaks, cell) => breaks + cell.split("\n").length - 1, 0);
    return start;
  });
}

function withEqualLengths(file: CsvFile): CsvFile {
  const width = file.names.length;
  if (file.rows.every(({ length }) => length === width + 1)) return { ...file, names: ["", ...file.names] };
  const ragged = file.rows.findIndex(({ length }) => length !== width);
  if (ragged < 0) return file;
  const cells = file.rows[ragged]!.length;
  const { line, column } = cellPosition(file, ragged, Math.min(cells, width));
  throw new DataError(
    `this row has ${cells} ${cells === 1 ? "cell" : "cells"}, the header has ${width}`,
    cells < width
      ? "Fill in what is missing (NA for a missing value)."
      : `Remove what is too much, or put cells that contain "${file.delimiter}" in quotation marks.`,
    line,
    column,
  );
}
