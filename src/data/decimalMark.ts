/** What stands between the whole and the fraction of a number. */
export type DecimalMark = "." | ",";

const WITH_POINT = /^\s*[+-]?\d*\.\d+(e[+-]?\d+)?\s*$/i;
const WITH_COMMA = /^\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*$/i;
/** A comma between such groups of digits may just as well set thousands apart. */
const MAYBE_THOUSANDS = /^\s*[+-]?[1-9]\d{0,2},\d{3}\s*$/;

/**
 * The decimal mark of a whole file, as spreadsheets of much of Europe and South America write files: the comma where it
 * does not set cells apart, no number has a point, and some number has a comma that cannot set thousands apart.
 */
export function decimalMarkOf(rows: readonly (readonly string[])[], delimiter: string): DecimalMark {
  if (delimiter === ",") return ".";
  let mark: DecimalMark = ".";
  for (const row of rows) {
    for (const cell of row) {
      if (WITH_POINT.test(cell)) return ".";
      if (mark === "." && WITH_COMMA.test(cell) && !MAYBE_THOUSANDS.test(cell)) mark = ",";
    }
  }
  return mark;
}
