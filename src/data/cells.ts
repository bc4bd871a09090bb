import type { DecimalMark } from "./decimalMark.ts";

/** Texts that stand for a missing value, as in R; `nan` also in the spelling of Python. */
const MISSING = new Set(["", "NA", "NaN", "nan"]);

/**
 * The value of a cell: NaN where it is missing, `undefined` where it is no number.
 * The number is read exactly (`Number`), with the file's decimal mark only; hexadecimal, octal and binary forms are no
 * numbers of a data file.
 */
export function parseCell(cell: string, decimal: DecimalMark = "."): number | undefined {
  const text = decimal === "," ? cell.trim().replace(",", ".") : cell.trim();
  if (MISSING.has(text)) return Number.NaN;
  const value = Number(text);
  if (!Number.isNaN(value)) return /^[+-]?0[xob]/i.test(text) ? undefined : value;
  return /^[+-]?inf$/i.test(text) ? Number.POSITIVE_INFINITY : undefined;
}

/** What to do about a cell that is no number, as far as its looks tell. */
export function adviceForText(cell: string, name: string): string {
  const text = cell.trim();
  if (/^[+-]?\d*,\d+$/.test(text)) return "Write all decimals with a point, and thousands without a mark.";
  if (/^(\.|n\/?a|null|none|missing|-|\?)$/i.test(text))
    return "Write missing values as NA, or leave the cell empty.";
  return `Code the categories of "${name}" as numbers, or leave the variable out of the model.`;
}
