import { readData } from "../../../src/data/readData.ts";
import type { StatedMoments } from "../../../src/data/statedMoments.ts";
import type { FinishedFit } from "../state/appState.ts";
import { rowsAsLavaan } from "./rowsAsLavaan.ts";

/**
 * An R script that repeats an analysis in lavaan: cases are read from the data file beside it, matrices are written into
 * the script. A causal graph or a JSON model, which lavaan cannot read, is stated by its rows and their estimates as
 * starting values.
 */
export function rScript({ inputs, result }: Pick<FinishedFit, "inputs" | "result">): string {
  const { model, settings, data } = inputs;
  const isLavaan = !/^\s*(?:dag\b|digraph\b|graph\b|\{)/.test(model);
  const call = isLavaan ? settings.as : "lavaan";
  const file = data && readData(data.text);
  const [reading, options] =
    file?.kind === "moments"
      ? [matrices(file.groups), matrixOptions(file.groups, settings.n)]
      : [[`data <- read.csv(${readOptions(data?.name, data?.text)})`], ["data = data"]];
  return [
    "# The analysis of semnan, repeated in R.",
    "library(lavaan)",
    ...reading,
    "",
    `model <- ${quote(isLavaan ? model.trimEnd() : rowsAsLavaan(result.parameters))}`,
    "",
    `fit <- ${call}(`,
    `  ${["model", ...options, ...fitOptions(settings, isLavaan)].join(",\n  ")}`,
    ")",
    "summary(fit, fit.measures = TRUE, standardized = TRUE, rsquare = TRUE)",
    "",
  ].join("\n");
}

function fitOptions(settings: FinishedFit["inputs"]["settings"], isLavaan: boolean): string[] {
  const { estimator, missing, meanStructure, stdLv, orthogonal, fixedX, group, groupEqual } = settings;
  const ofSyntax = [
    ...(meanStructure === "auto" ? [] : [`meanstructure = ${meanStructure === "yes" ? "TRUE" : "FALSE"}`]),
    ...(stdLv ? ["std.lv = TRUE"] : []),
    ...(orthogonal ? ["orthogonal = TRUE"] : []),
    ...(fixedX ? [] : ["fixed.x = FALSE"]),
  ];
  return [
    ...(estimator === "ML" ? [] : [`estimator = ${quote(estimator)}`]),
    ...(missing === "fiml" ? ['missing = "fiml"'] : []),
    ...(isLavaan ? ofSyntax : ["fixed.x = FALSE"]),
    ...(group === "" ? [] : [`group = ${quote(group)}`]),
    ...(groupEqual.length === 0 ? [] : [`group.equal = c(${groupEqual.map(quote).join(", ")})`]),
  ];
}

/** Arguments of `read.csv`: the file, and its separator where it is not R's. */
function readOptions(name = "data.csv", text = ""): string {
  const [head = ""] = text.split("\n", 1);
  const separator = [";", "\t"].find((mark) => head.includes(mark) && !head.includes(","));
  const ofSeparator = separator === undefined ? "" : `, sep = "${separator === "\t" ? "\\t" : separator}"`;
  return quote(name) + ofSeparator;
}

function matrices(groups: readonly StatedMoments[]): string[] {
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

function matrixOptions(groups: readonly StatedMoments[], typed: string): string[] {
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

/** A string literal of R. */
function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
