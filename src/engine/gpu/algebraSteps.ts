import { accumulationMethod } from "./accumulationMethod.ts";
import { covarianceMethod } from "./covarianceMethod.ts";
import type { Design } from "./design.ts";
import { denseCovarianceMethod } from "./denseCovarianceMethod.ts";
import { elementwiseStage } from "./discrepancyStage.ts";
import type { Steps } from "./evaluator.ts";
import { largeDivergence, largeIngredients } from "./largeIngredients.ts";
import { LinearAlgebra, type Work } from "./linalg/algebra.ts";
import type { MethodWork } from "./method.ts";
import { smallIngredients } from "./smallSteps.ts";
import type { Workspace } from "./workspace.ts";

/** The steps of large models, and of the accumulation method: those that dense linear algebra has a part in. */
export async function algebraSteps(workspace: Workspace, design: Design): Promise<Steps> {
  const algebra = await LinearAlgebra.create(workspace.buffers);
  const { forward, backward, spare } = await createMethod(workspace, design, algebra);
  return { forward, loss: await createLoss(workspace, design, algebra, spare), backward };
}

function createMethod(
  workspace: Workspace,
  { method, divergence, memory }: Design,
  algebra: LinearAlgebra,
): Promise<MethodWork> {
  const options = { subtracted: divergence === undefined ? 1 : 0 } as const;
  if (method === "accumulation") return accumulationMethod(workspace, algebra, options);
  if (memory.dense) return denseCovarianceMethod(workspace, algebra, options);
  return covarianceMethod(workspace, options);
}

async function createLoss(
  workspace: Workspace,
  { discrepancy, divergence, isLarge, sample }: Design,
  algebra: LinearAlgebra,
  spare: GPUBuffer,
): Promise<Work[]> {
  if (divergence) return largeDivergence(workspace, algebra, divergence, spare);
  const ingredients = isLarge
    ? largeIngredients(workspace, algebra, discrepancy, spare)
    : await smallIngredients(workspace, discrepancy, spare);
  const stage = await elementwiseStage(workspace, discrepancy, sample.logDeterminant);
  return [...ingredients, ...stage];
}
