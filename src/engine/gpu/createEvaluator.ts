import type { Problem } from "../engine.ts";
import { requireModelOrder } from "../modelOrder.ts";
import { accumulationMethod } from "./accumulationMethod.ts";
import { covarianceMethod } from "./covarianceMethod.ts";
import { type Design, designSolver, type EvaluatorOptions } from "./design.ts";
import { denseCovarianceMethod } from "./denseCovarianceMethod.ts";
import { elementwiseStage } from "./discrepancyStage.ts";
import { dispatchRange } from "./dispatch.ts";
import { districtMethod } from "./districtMethod.ts";
import { Evaluator, type Steps } from "./evaluator.ts";
import { entryValues, parameterGradient } from "./kernels.ts";
import { largeDivergence, largeIngredients } from "./largeIngredients.ts";
import { LinearAlgebra, type Work } from "./linalg/algebra.ts";
import type { MethodWork } from "./method.ts";
import { smallIngredients } from "./smallIngredients.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

/**
 * Allocates, uploads and compiles for a problem of one group without means.
 *
 * @throws whatever `requireModelOrder` and `designSolver` throw, LimitError before or at allocation, ShaderError.
 */
export async function createEvaluator(
  device: GPUDevice,
  problem: Problem,
  options: EvaluatorOptions = {},
): Promise<Evaluator> {
  requireModelOrder(problem);
  const design = designSolver(problem, options);
  const workspace = await createWorkspace(device, design);
  try {
    const steps = await createSteps(workspace, design);
    return new Evaluator(workspace, design.method, design.divergence === undefined, steps);
  } catch (error) {
    workspace.buffers.dispose();
    throw error;
  }
}

async function createSteps(workspace: Workspace, design: Design): Promise<Steps> {
  const { constant, theta, value, derivative, slope, graph } = workspace;
  const [before, { forward, loss, backward }, after] = await Promise.all([
    dispatchRange(workspace, entryValues, { constant, theta, value }, graph.entries.count, 1),
    design.method === "district"
      ? districtMethod(workspace, design.sample.logDeterminant)
      : momentSteps(workspace, design),
    dispatchRange(workspace, parameterGradient, { constant, derivative, slope }, graph.parameterCount, 1),
  ]);
  return { forward: [...before, ...forward], loss, backward: [...backward, ...after] };
}

/** The methods that form Σ, around the discrepancy. */
async function momentSteps(workspace: Workspace, design: Design): Promise<Steps> {
  const needsAlgebra = design.isLarge || design.method === "accumulation";
  const algebra = needsAlgebra ? await LinearAlgebra.create(workspace.buffers) : undefined;
  const { forward, backward, spare } = await createMethod(workspace, design, algebra);
  return { forward, loss: await createLoss(workspace, design, algebra, spare), backward };
}

function createMethod(
  workspace: Workspace,
  { method, divergence, memory }: Design,
  algebra: LinearAlgebra | undefined,
): Promise<MethodWork> {
  const options = { subtracted: divergence === undefined ? 1 : 0 } as const;
  if (algebra && method === "accumulation") return accumulationMethod(workspace, algebra, options);
  if (algebra && memory.dense) return denseCovarianceMethod(workspace, algebra, options);
  return covarianceMethod(workspace, options);
}

async function createLoss(
  workspace: Workspace,
  { discrepancy, divergence, isLarge, sample }: Design,
  algebra: LinearAlgebra | undefined,
  spare: GPUBuffer,
): Promise<Work[]> {
  if (algebra && divergence) return largeDivergence(workspace, algebra, divergence, spare);
  const ingredients =
    algebra && isLarge
      ? largeIngredients(workspace, algebra, discrepancy, spare)
      : await smallIngredients(workspace, discrepancy, spare);
  const stage = await elementwiseStage(workspace, discrepancy, sample.logDeterminant);
  return [...ingredients, ...stage];
}
