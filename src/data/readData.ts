import { parseCsv } from "./csv.ts";
import type { CsvFile } from "./csvFile.ts";
import { matrixFromCsv } from "./matrixCsv.ts";
import { matricesFromJson } from "./matrixJson.ts";
import type { StatedMoments } from "./statedMoments.ts";

/** A data file that was read but not yet matched with a model. */
export type DataFile =
  | { readonly kind: "raw"; readonly csv: CsvFile }
  | { readonly kind: "moments"; readonly groups: readonly StatedMoments[] };

/** "auto" looks at the text; "raw" says that a square, symmetric CSV file holds cases all the same. */
export type DataFormat = "auto" | "raw" | "json";

/**
 * Reads a data text: CSV with a header row, a covariance or correlation matrix as CSV, or JSON (`matricesFromJson`).
 *
 * @throws DataError where it is none of these.
 */
export function readData(text: string, format: DataFormat = "auto"): DataFile {
  if (format === "json" || (format === "auto" && /^\uFEFF?\s*[{[]/.test(text))) {
    return { kind: "moments", groups: matricesFromJson(text.replace(/^\uFEFF/, "")) };
  }
  const csv = parseCsv(text);
  const matrix = format === "raw" ? undefined : matrixFromCsv(csv);
  return matrix ? { kind: "moments", groups: [matrix] } : { kind: "raw", csv };
}
