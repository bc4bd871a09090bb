import { DataError } from "../errors.ts";
import { didYouMean } from "../model/syntax/suggest.ts";
import { adviceForText, parseCell } from "./cells.ts";
import { cellPosition, type CsvFile } from "./csvFile.ts";

/**
 * Where each of the wanted variables stands among the names of a file.
 *
 * @throws DataError where one is missing or stands there twice.
 */
export function locateVariables(wanted: readonly string[], names: readonly string[]): number[] {
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const listed = missing.map((name) => `"${name}"`).join(", ");
    const headerless =
      names.length > 0 && names.every((name) => name !== "" && parseCell(name) !== undefined);
    // Columns that are only set apart by blanks are one column with a long name.
    const isOneColumn = names.length === 1 && /\s/.test(names[0]!);
    throw new DataError(
      missing.length === 1
        ? `the model's variable ${listed} is not in the data`
        : `the model's variables ${listed} are not in the data`,
      headerless
        ? "The first row must hold the names of the columns."
        : isOneColumn
          ? `The data has one column, "${names[0]}": set columns apart by commas, semicolons or tabs.`
          : `The data has ${listNames(names)}.${didYouMean(missing[0]!, names)}`,
    );
  }
  const twice = wanted.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice !== undefined) {
    throw new DataError(
      `the name "${twice}" stands in the data twice`,
      "Give every variable a name of its own.",
    );
  }
  return wanted.map((name) => names.indexOf(name));
}

/**
 * One column as numbers, NaN where missing.
 *
 * @throws DataError, with line and column, at a cell that is no finite number.
 */
export function numericColumn(file: CsvFile, field: number): Float64Array {
  const name = file.names[field]!;
  const values = new Float64Array(file.rows.length);
  for (let row = 0; row < values.length; row++) {
    const cell = file.rows[row]![field]!;
    const value = parseCell(cell, file.decimal);
    if (value === undefined || Math.abs(value) === Number.POSITIVE_INFINITY) {
      const { line, column } = cellPosition(file, row, field);
      const [what, advice] =
        value === undefined
          ? ["not a number", adviceForText(cell, name)]
          : ["not finite", "Correct the value, or write NA if it is unknown."];
      throw new DataError(`"${shorten(cell)}" in column "${name}" is ${what}`, advice, line, column);
    }
    values[row] = value;
  }
  return values;
}

function listNames(names: readonly string[]): string {
  const named = names.filter(Boolean);
  return named.slice(0, 12).join(", ") + (named.length > 12 ? ` and ${named.length - 12} more` : "");
}

function shorten(text: string): string {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}
