/// <reference lib="esnext.disposable" preserve="true" />
/**
 * semnan: linear-Gaussian causal models with latent variables, fitted by maximum likelihood on the GPU through WebGPU
 * or in float64 on the CPU, and questions of identifiability answered from the graph alone.
 *
 * @packageDocumentation
 */
export * from "./errors.ts";

export type * from "./model/model.ts";
export { parseModel, type ModelFormat, type ModelKind, type ParseModelOptions } from "./model/parseModel.ts";

export type * from "./data/moments.ts";
export { readData, type DataFile, type DataFormat } from "./data/readData.ts";
export {
  dataSetFor,
  groupLabels,
  type DataGroup,
  type DataSet,
  type DataSetOptions,
} from "./data/dataSet.ts";
export { momentsOf } from "./data/table.ts";

export type * from "./engine/engine.ts";
export { Objective } from "./engine/cpu/objective.ts";
export { Hessian } from "./engine/cpu/curvature/hessian.ts";
export { webgpu } from "./engine/gpu/backend.ts";
export { requestDevice } from "./engine/gpu/device.ts";

export { estimate, type Estimate, type EstimateOptions, type EstimateProgress } from "./fit/estimate.ts";
export { fit, type FitOptions } from "./statistics/fit.ts";
export type * from "./statistics/result.ts";

export { readDagitty } from "./causal/graph/dagitty.ts";
export { readEdgeList } from "./causal/graph/edgeList.ts";
export { modelGraph } from "./causal/graph/fromModel.ts";
export { graphToModel } from "./causal/graph/toModel.ts";
export { identify } from "./causal/identifiability/identify.ts";
export { exogenise } from "./causal/operations/exogenise.ts";
export { marginalise } from "./causal/operations/marginalise.ts";
export { latentProjection } from "./causal/operations/projection.ts";
export { semnanLayers } from "./causal/operations/layers.ts";
export { intervene } from "./causal/effects/intervene.ts";

export { formatCsv } from "./presentation/csv.ts";
export { formatJson } from "./presentation/json.ts";
export { formatTable } from "./presentation/table.ts";
export { diagramFile } from "./presentation/diagram/modelDiagram.ts";

export {
  readAnalysis,
  readModel,
  runAnalysis,
  type Analysis,
  type AnalysisHost,
  type FitSettings,
  type ModelSettings,
  type PreparedAnalysis,
} from "./embed/analysis.ts";
export { createWorker, type SemnanWorker } from "./embed/createWorker.ts";
