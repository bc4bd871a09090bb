import type { StatedMoments } from "../../../src/data/statedMoments.ts";
import { quote } from "./quote.ts";

/** R's statements that make the covariance matrices and means of a matrix file, by group where there are several. */
export function matrixLines(groups: readonly StatedMoments[]): string[] {
  const covariances = groups.map(({ names, matrix }) => {
    const k = names.length;
    const rows = names.map((_, i) => `  ${matrix.subarray(i * k, i * k + k).join(", ")}`);
    const ofNames = `dimnames = rep(list(c(${names.map(quote).join(", ")})), 2)`;
    return `matrix(c(\n${rows.join(",\n")}\n), ${k}, byrow = TRUE, ${ofNames})`;
  });
  const means = groups.map(({ mean }) => `c(${mean?.join(", ")})`);
  return [
    `covariance <- ${listed(groups, covariances)}`,
    ...(groups.every(({ mean }) => mean) ? [`means <- ${listed(groups, means)}`] : []),
  ];
}

/** The options of lavaan that take them; `typed` is the number of observations where the file does not say it. */
export function matrixOptions(groups: readonly StatedMoments[], typed: string): string[] {
  const counts = groups.map(({ n }) => (typed.trim() === "" ? String(n ?? "NA") : typed.trim()));
  return [
    "sample.cov = covariance",
    ...(groups.every(({ mean }) => mean) ? ["sample.mean = means"] : []),
    `sample.nobs = ${listed(groups, counts)}`,
    ...(groups.every(({ divisor }) => divisor === "n") ? ["sample.cov.rescale = FALSE"] : []),
  ];
}

/** One expression of R, or a list of them by group. */
function listed(groups: readonly StatedMoments[], expressions: readonly string[]): string {
  if (expressions.length === 1) return expressions[0]!;
  return `list(${groups.map(({ label }, at) => `${quote(label)} = ${expressions[at]}`).join(", ")})`;
}
