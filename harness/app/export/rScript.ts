import type { Inputs } from "../state/appState.ts";

/**
 * An R script that repeats an analysis in lavaan, with the data file beside it. A dagitty graph or a JSON model has no
 * counterpart there; the script then says so.
 */
export function rScript({ model, settings, data }: Inputs): string {
  if (/^\s*(?:dag|digraph|\{)/.test(model)) {
    return "# This model is a causal graph, which lavaan does not read. Write it in lavaan syntax first.\n";
  }
  const file = data?.name ?? "data.csv";
  const isJson = data?.text.trimStart().startsWith("{") ?? false;
  const call = settings.as === "lavaan" ? "lavaan" : settings.as;
  const options = [
    "model",
    isJson ? "sample.cov = covariance, sample.nobs = moments$n" : "data = data",
    ...(isJson && /"divisor"\s*:\s*"n"/.test(data?.text ?? "") ? ["sample.cov.rescale = FALSE"] : []),
    ...fitOptions(settings),
  ];
  return [
    "# The analysis of semnan, repeated in R.",
    "library(lavaan)",
    ...(isJson ? readMoments(file) : [`data <- read.csv(${quote(file)})`]),
    "",
    `model <- ${quote(model.trimEnd())}`,
    "",
    `fit <- ${call}(`,
    `  ${options.join(",\n  ")}`,
    ")",
    "summary(fit, fit.measures = TRUE, standardized = TRUE, rsquare = TRUE)",
    "",
  ].join("\n");
}

function fitOptions(settings: Inputs["settings"]): string[] {
  const { estimator, missing, meanStructure, stdLv, orthogonal, fixedX, group, groupEqual } = settings;
  return [
    ...(estimator === "ML" ? [] : [`estimator = ${quote(estimator)}`]),
    ...(missing === "fiml" ? ['missing = "fiml"'] : []),
    ...(meanStructure === "auto" ? [] : [`meanstructure = ${meanStructure === "yes" ? "TRUE" : "FALSE"}`]),
    ...(stdLv ? ["std.lv = TRUE"] : []),
    ...(orthogonal ? ["orthogonal = TRUE"] : []),
    ...(fixedX ? [] : ["fixed.x = FALSE"]),
    ...(group === "" ? [] : [`group = ${quote(group)}`]),
    ...(groupEqual.length === 0 ? [] : [`group.equal = c(${groupEqual.map(quote).join(", ")})`]),
  ];
}

function readMoments(file: string): string[] {
  return [
    `moments <- jsonlite::fromJSON(${quote(file)})`,
    "covariance <- moments$covariance",
    "dimnames(covariance) <- list(moments$names, moments$names)",
  ];
}

/** A string literal of R. */
function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
