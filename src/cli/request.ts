import { readDagitty } from "../causal/graph/dagitty.ts";
import { graphToModel } from "../causal/graph/toModel.ts";
import { dataSetFor, groupLabels, type DataSet } from "../data/dataSet.ts";
import { readData } from "../data/readData.ts";
import type { DiscrepancyName, GpuBackend, Method } from "../engine/engine.ts";
import type { Bounds } from "../fit/bounds.ts";
import type { EstimateProgress } from "../fit/estimate.ts";
import type { Model } from "../model/model.ts";
import { parseModel, type GroupEqual, type ModelKind } from "../model/parseModel.ts";
import { fit } from "../statistics/fit.ts";
import type { FitResult } from "../statistics/result.ts";
import type { Estimator, Information, ScaledTest, StandardErrors } from "../statistics/settings.ts";

/** Everything a fit depends on, as plain values, so that it can run here or in a page and mean the same. */
export interface FitRequest {
  readonly modelText: string;
  readonly dataText: string;
  readonly as?: ModelKind | undefined;
  readonly stdLv?: boolean | undefined;
  readonly orthogonal?: boolean | undefined;
  readonly meanStructure?: boolean | undefined;
  readonly fixedX?: boolean | undefined;
  readonly group?: string | undefined;
  readonly groupEqual?: readonly GroupEqual[] | undefined;
  readonly groupPartial?: readonly string[] | undefined;
  readonly n?: number | undefined;
  readonly sampleCovRescale?: boolean | undefined;
  readonly missing?: "listwise" | "fiml" | undefined;
  readonly weights?: string | undefined;
  readonly backend: "auto" | "cpu" | "webgpu";
  readonly method?: "auto" | Method | undefined;
  readonly discrepancy?: DiscrepancyName | undefined;
  readonly estimator?: Estimator | undefined;
  readonly information?: Information | undefined;
  readonly se?: StandardErrors | undefined;
  readonly test?: ScaledTest | undefined;
  readonly likelihood?: "normal" | "wishart" | undefined;
  readonly bounds?: Bounds | undefined;
  readonly modificationIndices?: boolean | undefined;
  readonly residuals?: boolean | undefined;
  readonly factorScores?: "regression" | "bartlett" | undefined;
  readonly level?: number | undefined;
  readonly seed?: number | undefined;
  readonly maxIterations?: number | undefined;
}

/** What the place where a request runs adds to it. */
export interface FitHost {
  readonly gpu?: GpuBackend | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: EstimateProgress) => void) | undefined;
}

/** A model and the data made ready for it. */
export interface PreparedFit {
  readonly model: Model;
  readonly data: DataSet;
}

/** Reads both texts; full information needs means, as in lavaan. @throws SemnanError where either cannot be used, before anything expensive has begun. */
export function prepareFit(request: FitRequest): PreparedFit {
  const file = readData(request.dataText);
  const model = parseModel(request.modelText, {
    ...defined({
      as: request.as,
      stdLv: request.stdLv,
      orthogonal: request.orthogonal,
      meanStructure: request.meanStructure ?? (request.missing === "fiml" || undefined),
      fixedX: request.fixedX,
      groupEqual: request.groupEqual,
      groupPartial: request.groupPartial,
    }),
    groups: groupLabels(file, request.group),
    readDagitty: (text) => graphToModel(readDagitty(text)),
  });
  return { model, data: dataSetFor(model, file, request) };
}

/** Runs a prepared request. @throws SemnanError as `fit` does. */
export function runFit(request: FitRequest, prepared: PreparedFit, host: FitHost): Promise<FitResult> {
  const { backend, method, discrepancy, estimator, information, se, test, likelihood, missing } = request;
  const { bounds, level, seed, maxIterations, modificationIndices, residuals, factorScores } = request;
  return fit(prepared.model, prepared.data, {
    backend,
    ...defined({ method, discrepancy, estimator, information, se, test, likelihood, missing }),
    ...defined({ bounds, level, seed, maxIterations, modificationIndices, residuals, factorScores }),
    ...defined({ gpu: host.gpu, signal: host.signal, onProgress: host.onProgress }),
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The entries that have a value: an option that is absent is not the same as one that is undefined. */
function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
