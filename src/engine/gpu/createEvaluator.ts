import { exogeniseRoots } from "../../model/exogenise.ts";
import { type Graph, planGraph } from "../../plan/graph.ts";
import { cholesky, inverseFromCholesky } from "../cpu/linalg.ts";
import { sampleFactor } from "../cpu/discrepancies/sample.ts";
import { submatrix } from "../cpu/submatrix.ts";
import type { DiscrepancyName, Method, Problem } from "../engine.ts";
import { accumulationMethod } from "./accumulationMethod.ts";
import { covarianceMethod } from "./covarianceMethod.ts";
import { WGSL_DISCREPANCIES, type WgslDiscrepancy } from "./discrepancies.ts";
import { elementwiseStage, type SampleFactor } from "./discrepancyStage.ts";
import { Evaluator, type Steps } from "./evaluator.ts";
import { entryValues, parameterGradient } from "./kernels.ts";
import { type Divergence, largeDivergence, largeIngredients } from "./largeIngredients.ts";
import { LinearAlgebra, type Work } from "./linalg/algebra.ts";
import { MOST_SWEPT, smallIngredients } from "./smallIngredients.ts";
import { createWorkspace, dispatchRange, type Workspace } from "./workspace.ts";

export interface EvaluatorOptions {
  readonly method: Method;
  /** Observed variables from which on blocked factorisations take over from one workgroup's. */
  readonly largeFrom?: number | undefined;
}

/** What was decided about a problem before anything is allocated. */
interface Design {
  readonly method: Method;
  readonly discrepancy: WgslDiscrepancy;
  /** The whole form that takes the place of `discrepancy`'s functions, where there is one. */
  readonly divergence: Divergence | undefined;
  readonly isLarge: boolean;
  readonly factor: SampleFactor;
}

/**
 * Allocates, uploads and compiles for a problem of one group without means.
 *
 * @throws DataError where S is singular, LimitError, ShaderError.
 */
export async function createEvaluator(
  device: GPUDevice,
  problem: Problem,
  options: EvaluatorOptions,
): Promise<Evaluator> {
  const moments = problem.moments[0]!;
  const structure = exogeniseRoots(problem.model.structures[0]!);
  const graph = planGraph(structure, problem.model.parameters.length);
  const sample = submatrix(moments.covariance, moments.names.length, graph.moment);
  const isLarge = graph.k >= (options.largeFrom ?? MOST_SWEPT + 1);
  const name = problem.discrepancy as DiscrepancyName;
  const design: Design = {
    method: options.method,
    discrepancy: WGSL_DISCREPANCIES[name],
    divergence:
      isLarge && (name === "maximumLikelihood" || name === "reverseKullbackLeibler") ? name : undefined,
    isLarge,
    factor: sampleFactor({ ...moments, covariance: sample }),
  };
  const workspace = createWorkspace(device, graph, uploadedSample(sample, graph, design.divergence));
  try {
    return new Evaluator(workspace, await createSteps(workspace, design));
  } catch (error) {
    workspace.buffers.dispose();
    throw error;
  }
}

/** What the buffer `sample` holds: S, or the triangle that a whole form works with. */
function uploadedSample(
  sample: Float64Array,
  { k }: Graph,
  divergence: Divergence | undefined,
): Float64Array {
  if (divergence === undefined) return sample;
  const triangle = new Float64Array(k * k);
  cholesky(sample, k, triangle);
  if (divergence === "maximumLikelihood") return triangle;
  const inverseTransposed = new Float64Array(k * k);
  inverseFromCholesky(triangle, k, new Float64Array(k * k), inverseTransposed);
  return inverseTransposed.map((_, at) => inverseTransposed[(at % k) * k + Math.floor(at / k)]!);
}

async function createSteps(workspace: Workspace, design: Design): Promise<Steps> {
  const { constant, theta, value, derivative, slope, graph, buffers } = workspace;
  const [algebra, before, after] = await Promise.all([
    design.isLarge || design.method === "accumulation" ? LinearAlgebra.create(buffers) : undefined,
    dispatchRange(workspace, entryValues, { constant, theta, value }, graph.entries.count, 1),
    dispatchRange(workspace, parameterGradient, { constant, derivative, slope }, graph.parameterCount, 1),
  ]);
  const options = { subtracted: design.divergence === undefined ? 1 : 0 } as const;
  const method =
    algebra && design.method === "accumulation"
      ? await accumulationMethod(workspace, algebra, options)
      : await covarianceMethod(workspace, options);
  return {
    forward: [...before, ...method.forward],
    loss: await createLoss(workspace, design, algebra, method.spare),
    backward: [...method.backward, ...after],
  };
}

async function createLoss(
  workspace: Workspace,
  { discrepancy, divergence, isLarge, factor }: Design,
  algebra: LinearAlgebra | undefined,
  spare: GPUBuffer,
): Promise<Work[]> {
  if (algebra && divergence) return largeDivergence(workspace, algebra, divergence, spare);
  const ingredients =
    algebra && isLarge
      ? largeIngredients(workspace, algebra, discrepancy, factor, spare)
      : await smallIngredients(workspace, discrepancy, factor);
  return elementwiseStage(workspace, discrepancy, factor, ingredients);
}
