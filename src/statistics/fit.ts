import type { DataSet } from "../data/dataSet.ts";
import {
  type CustomDiscrepancy,
  type DiscrepancyName,
  type GpuBackend,
  type Method,
  type Problem,
} from "../engine/engine.ts";
import { compileStructure } from "../engine/cpu/compiled.ts";
import { createGenerators } from "../engine/cpu/curvature/generators.ts";
import { Objective } from "../engine/cpu/objective.ts";
import { OptionError } from "../errors.ts";
import { bindSample } from "../fit/bindSample.ts";
import { type BackendChoice, chooseBackend } from "../fit/chooseBackend.ts";
import { estimate, type Estimate, type EstimateProgress } from "../fit/estimate.ts";
import { type Model, observedIndices } from "../model/model.ts";
import { covarianceOfEstimates, type Information } from "./covarianceOfEstimates.ts";
import { chiSquaredPValue } from "./distributions.ts";
import { logLikelihood } from "./logLikelihood.ts";
import { describeRows, rowValues } from "./parameterTable.ts";
import type { BackendReport, FitResult } from "./result.ts";
import { standardizeRows } from "./standardize.ts";

/** Options of `fit`; all have defaults. */
export interface FitOptions {
  /** "auto" (default) takes the backend that is expected to answer sooner and says which and why. */
  readonly backend?: "auto" | "cpu" | "webgpu";
  /** A device to use, wrapped by `webgpu(device)`; without it only the CPU is there. */
  readonly gpu?: GpuBackend;
  readonly method?: "auto" | Method;
  readonly discrepancy?: DiscrepancyName | CustomDiscrepancy;
  readonly information?: Information;
  /** Confidence level of the intervals; 0.95 unless said. */
  readonly level?: number;
  /** θ to start from, in the order of `model.parameters`. */
  readonly start?: Float64Array;
  readonly seed?: number;
  readonly maxIterations?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EstimateProgress) => void;
}

/**
 * Fits a model to data and returns estimates, standard errors and tests.
 *
 * Minimises F(Σ(θ); S) (DESIGN, "Discrepancies"), in float64 at the end whatever the backend. A fit that does not
 * converge, or is not identified, is a result that says so. Throws OptionError where options contradict each other,
 * DataError where S is singular, and BackendUnavailableError where WebGPU is asked for and not there.
 */
export async function fit(model: Model, data: DataSet, options: FitOptions = {}): Promise<FitResult> {
  const began = performance.now();
  const problem: Problem = {
    model,
    moments: data.groups.map(({ moments }) => moments),
    discrepancy: options.discrepancy ?? "maximumLikelihood",
  };
  requireMeans(problem);
  const warnings = [...data.warnings];
  const choice = decideBackend(problem, options, warnings);
  const method = options.method === "auto" ? undefined : options.method;
  const { gpu } = options;
  const found = await estimate(problem, {
    createEngine: choice.kind === "webgpu" && gpu ? (scaled) => gpu.createEngine(scaled, method) : undefined,
    method,
    start: options.start,
    seed: options.seed,
    maxIterations: options.maxIterations,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  return describe(found, options, reportBackend(choice, found, gpu), warnings, began);
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

function describe(
  found: Estimate,
  options: FitOptions,
  backend: BackendReport,
  warnings: string[],
  began: number,
): FitResult {
  const statisticsBegan = performance.now();
  const { problem, theta } = found;
  const v = covarianceOfEstimates(problem, theta, options.information ?? "expected");
  const values = rowValues(problem, theta, v);
  const estimates = values.map(({ estimate: value }) => value);
  const standardized = standardizeRows(problem, theta, estimates);
  addWarnings(found, v !== undefined, warnings);
  const observations = problem.moments.reduce((sum, { n }) => sum + n, 0);
  const labels = problem.model.structures.map(({ label }) => label);
  const statistics = (performance.now() - statisticsBegan) / 1000;
  const kind = problem.discrepancy;
  return {
    converged: found.converged,
    identified: v !== undefined,
    discrepancy: { name: typeof kind === "string" ? kind : kind.name, value: found.value },
    logLikelihood: logLikelihood(problem, likelihoodValue(found)),
    observations,
    ...(labels.length > 1 && { groups: labels }),
    parameters: describeRows(problem.model, values, standardized, options.level ?? 0.95),
    fitMeasures: basicMeasures(found, observations),
    ...impliedMoments(problem, theta),
    iterations: found.iterations,
    gradientNorm: found.gradientNorm,
    backend,
    seconds: (performance.now() - began) / 1000,
    phases: { ...found.seconds, statistics },
    warnings,
  };
}

/** F_ML at θ, whatever was minimised. */
function likelihoodValue({ problem, theta, value }: Estimate): number {
  if (problem.discrepancy === "maximumLikelihood") return value;
  return new Objective({ ...problem, discrepancy: "maximumLikelihood" }).evaluate(theta).value;
}

function addWarnings(found: Estimate, identified: boolean, warnings: string[]): void {
  if (!found.converged) {
    warnings.push(
      `The fit did not converge (${found.status}; largest gradient ${found.gradientNorm.toExponential(1)}). ` +
        "Check that the model is identified, or give starting values.",
    );
  }
  if (found.failedStarts > 0 && found.converged) {
    warnings.push(
      `${found.failedStarts} of ${found.failedStarts + 1} starts failed; the result is from the last.`,
    );
  }
  if (!identified) {
    warnings.push(
      "The information matrix is singular: the model is not identified, so there are no standard errors.",
    );
  }
}

/** χ² = N·F with its degrees of freedom and p-value, and the information criteria. */
function basicMeasures(found: Estimate, observations: number): Record<string, number> {
  const { problem, value } = found;
  const npar = problem.model.parameters.length;
  const moments = problem.moments.reduce((sum, { names: { length: k } }, g) => {
    const fixed = problem.model.rows.filter((row) => row.exogenous && row.group === g + 1).length;
    return sum + (k * (k + 1)) / 2 + (problem.model.meanStructure ? k : 0) - fixed;
  }, 0);
  const df = moments - npar;
  const chisq = problem.discrepancy === "maximumLikelihood" ? observations * Math.max(0, value) : NaN;
  const logl = logLikelihood(problem, likelihoodValue(found));
  return {
    npar,
    chisq,
    df,
    pvalue: chiSquaredPValue(chisq, df),
    logl,
    aic: 2 * npar - 2 * logl,
    bic: npar * Math.log(observations) - 2 * logl,
  };
}

function impliedMoments(problem: Problem, theta: Float64Array) {
  const groups = problem.model.structures.map((structure) => {
    const compiled = compileStructure(structure, theta.length);
    const generators = createGenerators(compiled, theta);
    const names = observedIndices(structure).map((index) => structure.variables[index]!.name);
    const rows = names.map((_, i) =>
      Array.from(generators.observedSigma.subarray(i * names.length, (i + 1) * names.length)),
    );
    const mean = Array.from(compiled.observed, (variable) => generators.mean[variable]!);
    return { names, rows, mean };
  });
  return {
    impliedCovariance: groups.map(({ names, rows }) => ({ names, matrix: rows })),
    ...(problem.model.meanStructure && { impliedMean: groups.map(({ names, mean }) => ({ names, mean })) }),
  };
}
