import type { WgslDiscrepancy } from "./discrepancies.ts";
import type { Ingredients, SampleFactor } from "./discrepancyStage.ts";
import { rowProducts, sweepInverse } from "./kernels.ts";
import type { Work } from "./linalg/algebra.ts";
import { groupsOf } from "./pipeline.ts";
import { packUniforms } from "./uniforms.ts";
import { dispatchOver, observedMatrixBytes, padded, type Workspace } from "./workspace.ts";

/** Most variables that one workgroup of `sweep_inverse` inverts: four an invocation. */
export const MOST_SWEPT = 4 * sweepInverse.constants.WORKGROUP;

/** Inverses by one workgroup each: few dispatches, for up to `MOST_SWEPT` observed variables. */
export async function smallIngredients(
  workspace: Workspace,
  discrepancy: WgslDiscrepancy,
  factor: SampleFactor,
): Promise<Ingredients> {
  const { buffers, sizes, difference, gradient } = workspace;
  const size = sizes.observed;
  const quads = sizes.observed_quads;
  const work: Promise<Work>[] = [];
  const inverse = (label: string, flag: 0 | 1): GPUBuffer => {
    // Whole blocks: the sweep works on the padding too.
    const buffer = buffers.storage(label, 64 * quads * quads);
    work.push(sweep(workspace, buffer, flag));
    return buffer;
  };
  const sigmaInverse = discrepancy.sigmaInverse ? inverse("inverse", 0) : difference;
  const mixedInverse = discrepancy.mixedInverse ? inverse("mixed inverse", 1) : difference;
  const sampleInverse = discrepancy.sampleInverse
    ? buffers.storage("sample inverse", padded(factor.inverse, size))
    : difference;
  if (discrepancy.sandwich) {
    const weight = discrepancy.sandwich === "sigmaInverse" ? sigmaInverse : sampleInverse;
    const half = buffers.storage("half sandwich", observedMatrixBytes(sizes));
    work.push(product(workspace, weight, difference, half), product(workspace, half, weight, gradient));
  }
  return { sigmaInverse, mixedInverse, sampleInverse, work: await Promise.all(work) };
}

/** (D + S)⁻¹ = Σ⁻¹ for flag 0, (D + 2S)⁻¹ = (Σ + S)⁻¹ for flag 1. */
function sweep(workspace: Workspace, inverse: GPUBuffer, flag: 0 | 1): Promise<Work> {
  const { device, buffers, sizes, difference, sample, evaluation, status } = workspace;
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
