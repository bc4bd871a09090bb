import type { DataSetOptions } from "../data/dataSet.ts";
import type { Analysis, FitSettings, ModelSettings } from "../embed/analysis.ts";

/** The options of `semnan fit` that decide the numbers, flat as commander gives them. */
export type AnalysisOptions = ModelSettings & DataSetOptions & FitSettings;

const MODEL = ["as", "stdLv", "orthogonal", "meanStructure", "fixedX", "groupEqual", "groupPartial"] as const;
const DATA = ["group", "n", "sampleCovRescale", "weights", "missing"] as const;
const FIT = [
  "backend",
  "method",
  "discrepancy",
  "estimator",
  "information",
  "se",
  "test",
  "likelihood",
  "missing",
  "bounds",
  "level",
  "seed",
  "maxIterations",
  "modificationIndices",
  "residuals",
  "factorScores",
] as const;

/** The analysis that a command line asks for: plain data, the same whether it runs here or in a page. */
export function analysisOf(options: AnalysisOptions, model: string, data: string): Analysis {
  return {
    model,
    data,
    modelSettings: pick(options, MODEL),
    dataSettings: pick(options, DATA),
    fitSettings: pick(options, FIT),
  };
}

/** How a command line wants model texts read. */
export function modelSettingsOf(options: ModelSettings): ModelSettings {
  return pick(options, MODEL);
}

/** The named entries that are there. */
function pick<T extends object, K extends keyof T>(options: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    names.filter((name) => name in options).map((name) => [name, options[name]]),
  ) as Pick<T, K>;
}
