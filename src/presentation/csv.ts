import Papa from "papaparse";
import type { FitResult, ParameterEstimate } from "../statistics/result.ts";

const COLUMNS: readonly (keyof ParameterEstimate)[] = [
  "lhs",
  "op",
  "rhs",
  "group",
  "label",
  "free",
  "estimate",
  "standardError",
  "z",
  "pValue",
  "ciLower",
  "ciUpper",
  "standardized",
  "standardizedLatent",
  "bootstrapStandardError",
  "bootstrapCiLower",
  "bootstrapCiUpper",
];

/**
 * The parameter table as CSV by RFC 4180, every number with all its digits and empty where it does not apply.
 * `group` and the bootstrap columns stand there only where the result has them.
 */
export function formatCsv(result: FitResult): string {
  const severalGroups = (result.groups?.length ?? 1) > 1;
  const columns = COLUMNS.filter(
    (column) =>
      (column !== "group" || severalGroups) && result.parameters.some((row) => row[column] !== undefined),
  );
  const cell = (value: unknown): unknown =>
    typeof value === "number" && !Number.isFinite(value) ? "" : (value ?? "");
  const rows = result.parameters.map((row) => columns.map((column) => cell(row[column])));
  return `${Papa.unparse({ fields: [...columns], data: rows })}\r\n`;
}
