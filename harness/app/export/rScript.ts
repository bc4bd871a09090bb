import type { DataFile } from "../../../src/data/readData.ts";
import { readData } from "../../../src/data/readData.ts";
import { detectFormat } from "../../../src/model/parseModel.ts";
import type { DataText, FinishedFit } from "../state/appState.ts";
import type { Settings } from "../state/settings.ts";
import { dataFileName } from "./dataFileName.ts";
import { quote } from "./quote.ts";
import { bootstrapLines } from "./rBootstrap.ts";
import { matrixLines, matrixOptions } from "./rMatrices.ts";
import { rowsAsLavaan } from "./rowsAsLavaan.ts";

/** Estimators whose estimates are those of ML. */
const ML_ESTIMATES: readonly string[] = ["ML", "MLR", "MLM", "MLMV", "MLF"];

/**
 * An R script that repeats an analysis in lavaan, its bootstrap too: cases are read from the data file beside it, matrices
 * are written into the script. A causal graph or a JSON model, which lavaan cannot read, is stated by its rows and their
 * estimates as starting values.
 */
export function rScript({ inputs, result }: Pick<FinishedFit, "inputs" | "result">): string {
  const { model, settings, data } = inputs;
  const isLavaan = detectFormat(model) === "lavaan";
  const [reading, dataOptions] = readingOf(data!, settings);
  const call = (estimator: string, more: readonly string[] = []): string => {
    const options = ["model", ...dataOptions, ...fitOptions(settings, estimator, isLavaan), ...more];
    return `${isLavaan ? settings.as : "lavaan"}(\n  ${options.join(",\n  ")}\n)`;
  };
  const plain = ML_ESTIMATES.includes(settings.estimator) ? "ML" : settings.estimator;
  const notIdentified = "# The model is not identified: lavaan warns of that and gives no standard errors.";
  return [
    "# The analysis of semnan, repeated in R.",
    "library(lavaan)",
    ...reading,
    "",
    `model <- ${quote(isLavaan ? model.trimEnd() : rowsAsLavaan(result.parameters))}`,
    "",
    ...(result.identified ? [] : [notIdentified]),
    `fit <- ${call(settings.estimator)}`,
    // What is not printed on purpose stays hidden when the file is sourced.
    "print(summary(fit, fit.measures = TRUE, standardized = TRUE, rsquare = TRUE))",
    ...(result.bootstrap ? bootstrapLines(result.bootstrap, (more) => call(plain, more)) : []),
    "",
  ].join("\n");
}

/** Statements that make the data, and the options of lavaan that take them. */
function readingOf(data: DataText, { n }: Settings): [lines: string[], options: string[]] {
  const file = readData(data.text);
  if (file.kind === "moments") return [matrixLines(file.groups), matrixOptions(file.groups, n)];
  return [[`data <- read.csv(${readOptions(data, file)})`], ["data = data"]];
}

/** Names of R; UTF-8 with or without a byte order mark is what remains. */
const R_ENCODINGS: Readonly<Record<string, string>> = {
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16",
  "windows-1252": "windows-1252",
};

/** Arguments of `read.csv`: what differs from R's defaults, and names as they stand in the file. */
function readOptions({ name, encoding }: DataText, { csv }: Extract<DataFile, { kind: "raw" }>): string {
  const { delimiter, decimal, headerLine } = csv;
  return [
    quote(dataFileName(name)),
    ...(delimiter === "," ? [] : [`sep = "${delimiter === "\t" ? "\\t" : delimiter}"`]),
    ...(decimal === "." ? [] : [`dec = "${decimal}"`]),
    ...(headerLine > 1 ? [`skip = ${headerLine - 1}`] : []),
    "check.names = FALSE",
    `fileEncoding = ${quote(R_ENCODINGS[encoding ?? ""] ?? "UTF-8-BOM")}`,
  ].join(", ");
}

function fitOptions(settings: Settings, estimator: string, isLavaan: boolean): string[] {
  const { missing, meanStructure, stdLv, orthogonal, fixedX, group, groupEqual } = settings;
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
    ...(group === "" || groupEqual.length === 0
      ? []
      : [`group.equal = c(${groupEqual.map(quote).join(", ")})`]),
  ];
}
