/// <reference lib="esnext.disposable" preserve="true" />
/**
 * semnan: linear-Gaussian causal models with latent variables, fitted by maximum likelihood on the GPU through WebGPU
 * or in float64 on the CPU, and questions of identifiability answered from the graph alone.
 *
 * @module Library
 */
export * from "./errors.ts";

export type * from "./model/model.ts";
export { parseModel, type ModelFormat, type ModelKind, type ParseModelOptions } from "./model/parseModel.ts";

export type * from "./data/moments.ts";
export { readData, type DataFile, type DataFormat } from "./data/readData.ts";
export { alignData } from "./data/alignData.ts";
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
export { bootstrap, type BootstrapOptions, type BootstrapOutcome } from "./statistics/bootstrap.ts";
export { bootstrapReplicates, type BootstrapReplicate } from "./statistics/bootstrapStream.ts";
export { fitFromManyStarts, type MultiStartFitOptions } from "./statistics/multiStartFit.ts";
export { compareNested, type NestedComparison } from "./statistics/nestedTests.ts";
export { simulate } from "./statistics/simulate.ts";
export { statedPopulation, type Population } from "./statistics/population.ts";

export { readDagitty } from "./causal/graph/dagitty.ts";
export { readEdgeList } from "./causal/graph/edgeList.ts";
export { modelGraph } from "./causal/graph/fromModel.ts";
export { graphToModel } from "./causal/graph/toModel.ts";
export {
  identify,
  type EffectVerdict,
  type IdentifyOptions,
  type IdentifyResult,
  type Verdict,
} from "./causal/identifiability/identify.ts";
export { localIdentifiability, type LocalIdentifiability } from "./causal/identifiability/local.ts";
export { exogenise } from "./causal/operations/exogenise.ts";
export { marginalise } from "./causal/operations/marginalise.ts";
export { latentProjection } from "./causal/operations/projection.ts";
export { semnanLayers } from "./causal/operations/layers.ts";
export { implied, observedMoments, type Implied, type WeightedModel } from "./causal/weighted.ts";
export { intervene, type Intervention } from "./causal/effects/intervene.ts";
export { pathEffect, type EffectQuery, type PathEffect } from "./causal/effects/pathEffects.ts";
export { counterfactual, type Counterfactual } from "./causal/effects/counterfactual.ts";

export { formatCsv } from "./presentation/csv.ts";
export { formatJson } from "./presentation/json.ts";
export { formatTable } from "./presentation/table.ts";
export { diagramFile, type DiagramOptions, type DiagramValues } from "./presentation/diagram/modelDiagram.ts";

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
export type { CallOptions } from "./embed/rpc/client.ts";
export type { FitNews, WorkerTasks } from "./embed/tasks.ts";
export type { SemnanFit } from "./embed/element/semnanFit.ts";
