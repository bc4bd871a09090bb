import { covarianceMethod } from "./covarianceMethod.ts";
import type { Design } from "./design.ts";
import type { WgslDiscrepancy } from "./discrepancies.ts";
import { elementwiseStage } from "./discrepancyStage.ts";
import { dispatchOver } from "./dispatch.ts";
import type { Steps } from "./evaluator.ts";
import { rowProducts, sweepInverse } from "./momentKernels.ts";
import type { Work } from "./linalg/algebra.ts";
import { groupsOf } from "./pipeline.ts";
import { packUniforms } from "./uniforms.ts";
import type { Workspace } from "./workspace.ts";

/** The steps of the covariance method for models of ordinary size: Σ, then the discrepancy from inverses by sweeps. */
export async function smallSteps(workspace: Workspace, { discrepancy, sample }: Design): Promise<Steps> {
  const { forward, backward, spare } = await covarianceMethod(workspace, { subtracted: 1 });
  const loss = await Promise.all([
    smallIngredients(workspace, discrepancy, spare),
    elementwiseStage(workspace, discrepancy, sample.logDeterminant),
  ]);
  return { forward, loss: loss.flat(), backward };
}

/**
 * Inverses by one workgroup each: few dispatches, for up to `MOST_SWEPT` observed variables.
 * `spare` is a matrix that nobody uses meanwhile.
 */
export async function smallIngredients(
  workspace: Workspace,
  discrepancy: WgslDiscrepancy,
  spare: GPUBuffer,
): Promise<Work[]> {
  const { difference, gradient, inverse, mixedInverse, sampleInverse } = workspace.matrices;
  const weight = discrepancy.sandwich === "sampleInverse" ? sampleInverse : inverse;
  return Promise.all([
    ...(discrepancy.sigmaInverse ? [sweep(workspace, inverse, 0)] : []),
    ...(discrepancy.mixedInverse ? [sweep(workspace, mixedInverse, 1)] : []),
    ...(discrepancy.sandwich
      ? [product(workspace, weight, difference, spare), product(workspace, spare, weight, gradient)]
      : []),
  ]);
}

/** (D + S)⁻¹ = Σ⁻¹ for flag 0, (D + 2S)⁻¹ = (Σ + S)⁻¹ for flag 1. */
function sweep(workspace: Workspace, inverse: GPUBuffer, flag: 0 | 1): Promise<Work> {
  const { device, buffers, sizes, evaluation, status } = workspace;
  const { difference, sample } = workspace.matrices;
  const size = sizes.observed;
  const blocks = sizes.observed_quads;
  const uniform = buffers.uniform("sweep", packUniforms(sweepInverse.uniforms, { size, blocks }));
  // Few sizes, so that models share pipelines; software pays for idle invocations at every barrier.
  const workgroup = blocks <= 4 ? 4 : sweepInverse.constants.WORKGROUP;
  return dispatchOver(
    device,
    sweepInverse,
    { sizes: uniform, difference, sample, inverse, evaluation, status },
    [1],
    { constants: { MULTIPLE: 1 + flag, FLAG: flag, WORKGROUP: workgroup } },
    size ** 3,
  );
}

function product(workspace: Workspace, left: GPUBuffer, right: GPUBuffer, result: GPUBuffer): Promise<Work> {
  const { device, buffers, sizes } = workspace;
  const size = sizes.observed;
  const quads = sizes.observed_quads;
  const uniform = buffers.uniform("products", packUniforms(rowProducts.uniforms, { size, quads }));
  const groups = groupsOf(quads, rowProducts.constants.WORKGROUP);
  return dispatchOver(
    device,
    rowProducts,
    { sizes: uniform, left, right, result },
    [quads, groups],
    {},
    size ** 3,
  );
}
