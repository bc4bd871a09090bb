import { readDagitty } from "../causal/graph/dagitty.ts";
import { graphToModel } from "../causal/graph/toModel.ts";
import { dataSetFor, groupLabels, type DataSet, type DataSetOptions } from "../data/dataSet.ts";
import { readData, type DataFile } from "../data/readData.ts";
import type { DiscrepancyName, GpuBackend, Method } from "../engine/engine.ts";
import type { Bounds } from "../fit/bounds.ts";
import type { EstimateProgress } from "../fit/estimate.ts";
import type { Model } from "../model/model.ts";
import { parseModel, type SyntaxOptions } from "../model/parseModel.ts";
import type { Extras } from "../statistics/extras.ts";
import { fit } from "../statistics/fit.ts";
import type { FitResult } from "../statistics/result.ts";
import type { EstimatorOptions } from "../statistics/settings.ts";

/** How a model text is read; lavaan's options. */
export type ModelSettings = Omit<SyntaxOptions, "groups">;

/** How a model is fitted: everything that `fit` takes and that is plain data. */
export interface FitSettings extends EstimatorOptions, Extras {
  readonly backend?: "auto" | "cpu" | "webgpu" | undefined;
  readonly method?: "auto" | Method | undefined;
  readonly discrepancy?: DiscrepancyName | undefined;
  readonly bounds?: Bounds | undefined;
  readonly level?: number | undefined;
  readonly seed?: number | undefined;
  readonly maxIterations?: number | undefined;
}

/** A whole analysis as plain data: it can be stored, and sent to a worker. */
export interface Analysis {
  /** lavaan syntax, dagitty, or JSON. */
  readonly model: string;
  /** CSV, or a covariance matrix as CSV or JSON. */
  readonly data: string;
  readonly modelSettings?: ModelSettings | undefined;
  readonly dataSettings?: DataSetOptions | undefined;
  readonly fitSettings?: FitSettings | undefined;
}

/** What the place where an analysis runs adds to it. */
export interface AnalysisHost {
  readonly gpu?: GpuBackend | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of every iteration. */
  readonly onProgress?: ((progress: EstimateProgress) => void) | undefined;
}

/** Reads a model text of any notation. Throws as `parseModel` does. */
export function readModel(
  text: string,
  settings: ModelSettings = {},
  groups: readonly string[] = [""],
): Model {
  return parseModel(text, {
    ...settings,
    groups,
    readDagitty: (graph) => graphToModel(readDagitty(graph)),
  });
}

/** A model and the data made ready for it. */
export interface PreparedAnalysis {
  readonly model: Model;
  readonly data: DataSet;
}

/**
 * Reads both texts of an analysis. Full information brings the means into the model, as in lavaan.
 * Throws SemnanError where either text cannot be used.
 */
export function readAnalysis(analysis: Analysis, file: DataFile = readData(analysis.data)): PreparedAnalysis {
  const { dataSettings = {}, fitSettings = {} } = analysis;
  const withMeans = fitSettings.missing === "fiml" ? { meanStructure: true } : {};
  const settings = { ...withMeans, ...analysis.modelSettings };
  const model = readModel(analysis.model, settings, groupLabels(file, dataSettings.group));
  return { model, data: dataSetFor(model, file, { missing: fitSettings.missing, ...dataSettings }) };
}

/** Fits what was read. Throws as `readAnalysis` and `fit` do. */
export async function runAnalysis(
  analysis: Analysis,
  host: AnalysisHost = {},
  { model, data }: PreparedAnalysis = readAnalysis(analysis),
): Promise<FitResult> {
  return fit(model, data, { ...given(analysis.fitSettings ?? {}), ...given(host) });
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The entries that have a value: options tell an absent entry from one that is undefined. */
function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}
