import type { Problem } from "../engine.ts";
import { requireModelOrder } from "../modelOrder.ts";
import { type Design, designSolver, type EvaluatorOptions } from "./design.ts";
import { dispatchRange } from "./dispatch.ts";
import { Evaluator, type Steps } from "./evaluator.ts";
import { entryValues, parameterGradient } from "./kernels.ts";
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
    design.method === "district" ? districtSteps(workspace, design) : momentSteps(workspace, design),
    dispatchRange(workspace, parameterGradient, { constant, derivative, slope }, graph.parameterCount, 1),
  ]);
  return { forward: [...before, ...forward], loss, backward: [...backward, ...after] };
}

// What only some models run is fetched with them: no page waits for the kernels of the others.

async function districtSteps(workspace: Workspace, { sample }: Design): Promise<Steps> {
  const { districtMethod } = await import("./districtMethod.ts");
  return districtMethod(workspace, sample.logDeterminant);
}

async function momentSteps(workspace: Workspace, design: Design): Promise<Steps> {
  if (design.isLarge || design.method === "accumulation") {
    const { algebraSteps } = await import("./algebraSteps.ts");
    return algebraSteps(workspace, design);
  }
  const { smallSteps } = await import("./smallSteps.ts");
  return smallSteps(workspace, design);
}
