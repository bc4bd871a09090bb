import { alignData } from "../data/alignData.ts";
import type { DataSet } from "../data/dataSet.ts";
import {
  type CustomDiscrepancy,
  type DiscrepancyName,
  type GpuBackend,
  type Method,
  type Problem,
} from "../engine/engine.ts";
import { OptionError } from "../errors.ts";
import { bindSample } from "../fit/bindSample.ts";
import { type Bounds, boundVariances } from "../fit/bounds.ts";
import { type BackendChoice, chooseBackend } from "../fit/chooseBackend.ts";
import type { Estimate, EstimateProgress } from "../fit/estimate.ts";
import { type Model, observedNames } from "../model/model.ts";
import { describe } from "./describe.ts";
import type { Extras } from "./extras.ts";
import { estimateProblem } from "./estimation.ts";
import type { BackendReport, FitResult } from "./result.ts";
import { type EstimatorOptions, resolveSettings, type Settings } from "./settings.ts";

/** Options of `fit`; all have defaults. */
export interface FitOptions extends EstimatorOptions, Extras {
  /** "auto" (default) takes the backend that is expected to answer sooner and says which and why. */
  readonly backend?: "auto" | "cpu" | "webgpu";
  /** A device to use, wrapped by `webgpu(device)`; without it only the CPU is there. */
  readonly gpu?: GpuBackend;
  readonly method?: "auto" | Method;
  /** What is minimised; maximum likelihood unless said. Not together with an `estimator` other than ML. */
  readonly discrepancy?: DiscrepancyName | CustomDiscrepancy;
  /** Keeps variances from becoming negative (Heywood cases); lavaan's `bounds`. */
  readonly bounds?: Bounds;
  /** Confidence level of the intervals; 0.95 unless said. */
  readonly level?: number;
  /** θ to start from, in the order of `model.parameters`. */
  readonly start?: Float64Array;
  readonly seed?: number;
  readonly maxIterations?: number;
  readonly signal?: AbortSignal;
  /** Hears of every iteration. */
  readonly onProgress?: (progress: EstimateProgress) => void;
}

/**
 * Fits a model to data and returns estimates, standard errors and tests.
 *
 * Minimises F(Σ(θ); S) (guide "How it works"), in float64 at the end whatever the backend. A fit that does not
 * converge, or is not identified, is a result that says so. Throws OptionError where options contradict each other,
 * DataError where S is singular or lacks a variable, and BackendUnavailableError where WebGPU is asked for and not there.
 */
export async function fit(model: Model, stated: DataSet, options: FitOptions = {}): Promise<FitResult> {
  const began = performance.now();
  const data = alignData(stated, model.structures.map(observedNames));
  const isWeighted = data.groups.some(({ table }) => table?.weights !== undefined);
  const settings = resolveSettings(options, isWeighted);
  const problem: Problem = {
    model: boundVariances(model, options.bounds ?? "none"),
    moments: data.groups.map(({ moments }) => moments),
    discrepancy: chooseDiscrepancy(options, settings),
  };
  requireMeans(problem);
  const warnings = [...(model.warnings ?? []), ...data.warnings];
  const choice = decideBackend(problem, options, warnings);
  const method = options.method === "auto" ? undefined : options.method;
  const { gpu } = options;
  const {
    found,
    fitted,
    warnings: left,
  } = await estimateProblem(problem, data, settings, {
    createEngine: choice.kind === "webgpu" && gpu ? (scaled) => gpu.createEngine(scaled, method) : undefined,
    method,
    start: options.start,
    seed: options.seed,
    maxIterations: options.maxIterations,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const isPlain = !options.modificationIndices && !options.residuals && !options.factorScores;
  // Fetched only where it is needed.
  const { extraResults } = isPlain ? {} : await import("./extras.ts");
  return describe(found, fitted, {
    level: options.level ?? 0.95,
    backend: reportBackend(choice, found, gpu),
    warnings: [...warnings, ...left],
    began,
    extras: (await extraResults?.(fitted, options)) ?? {},
  });
}

function chooseDiscrepancy(
  { discrepancy }: FitOptions,
  { family, estimator }: Settings,
): Problem["discrepancy"] {
  if (discrepancy !== undefined && discrepancy !== "maximumLikelihood" && estimator !== "ML") {
    throw new OptionError(
      `The estimator ${estimator} brings its own discrepancy.`,
      "Give either an estimator or a discrepancy.",
    );
  }
  return family === "GLS" ? "generalizedLeastSquares" : (discrepancy ?? "maximumLikelihood");
}

function requireMeans({ model, moments }: Problem): void {
  if (model.meanStructure && moments.some(({ mean }) => mean === undefined)) {
    throw new OptionError(
      "The model has means and the data have none.",
      "Give raw data or add means to the covariance file, or drop the mean structure.",
    );
  }
}

function decideBackend(problem: Problem, options: FitOptions, warnings: string[]): BackendChoice {
  const { backend = "auto", gpu } = options;
  if (backend === "cpu") return { kind: "cpu", reason: "asked for" };
  const obstacle = gpu?.obstacle({ ...problem, model: bindSample(problem.model, problem.moments) });
  if (backend === "auto") {
    if (obstacle !== undefined) return { kind: "cpu", reason: obstacle };
    return chooseBackend({ ...problem, model: bindSample(problem.model, problem.moments) }, gpu);
  }
  if (!gpu) {
    throw new OptionError(
      "WebGPU was asked for without a device.",
      'Pass `gpu: await webgpu(device)`, or use backend "auto".',
    );
  }
  if (obstacle === undefined) return { kind: "webgpu", reason: "asked for" };
  warnings.push(`Fitted on the CPU although WebGPU was asked for: ${obstacle}`);
  return { kind: "cpu", reason: obstacle };
}

function reportBackend(
  { kind, reason }: BackendChoice,
  found: Estimate,
  gpu: GpuBackend | undefined,
): BackendReport {
  const adapter = kind === "webgpu" && gpu ? gpu.adapter : "float64";
  const gpuBytes = found.engineBytes;
  return { kind, adapter, method: found.method, reason, ...(gpuBytes > 0 && { gpuBytes }) };
}
