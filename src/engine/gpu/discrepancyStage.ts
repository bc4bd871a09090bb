import type { WgslDiscrepancy } from "./discrepancies.ts";
import {
  discrepancyAdjoint,
  discrepancySum,
  discrepancyTotal,
  rowProducts,
  sweepInverse,
} from "./kernels.ts";
import { type Dispatch, groupsOf } from "./pipeline.ts";
import { packUniforms } from "./uniforms.ts";
import { dispatchOver, EVALUATION, observedMatrixBytes, padded, type Workspace } from "./workspace.ts";

/** S, inverted in float64 on the host. `inverse` is row-major k×k in the graph's order. */
export interface SampleFactor {
  readonly inverse: Float64Array;
  readonly logDeterminant: number;
}

/** Most variables that one workgroup of `sweep_inverse` inverts: four an invocation. */
export const MOST_SWEPT = 4 * sweepInverse.constants.WORKGROUP;

/** D = Σ − S → F and G = ∂F/∂Σ, for sizes that fit one workgroup. */
export async function smallDiscrepancyStage(
  workspace: Workspace,
  discrepancy: WgslDiscrepancy,
  factor: SampleFactor,
): Promise<readonly Dispatch[]> {
  const { device, buffers, sizes, difference, sample, gradient, evaluation } = workspace;
  const size = sizes.observed;
  const blocks = sizes.observed_quads;
  const stride = 4 * blocks;
  const bytes = observedMatrixBytes(sizes);
  const stages: Promise<Dispatch>[] = [];
  // Few sizes, so that models share pipelines; software pays for idle invocations at every barrier.
  const workgroup = blocks <= 4 ? 4 : sweepInverse.constants.WORKGROUP;
  const inverseOf = (label: string, slot: number): GPUBuffer => {
    // Whole blocks: the sweep works on the padding too.
    const inverse = buffers.storage(label, 64 * blocks * blocks);
    const uniform = buffers.uniform(label, packUniforms(sweepInverse.uniforms, { size, blocks }));
    const constants = { MULTIPLE: slot, SLOT: slot, WORKGROUP: workgroup };
    const resources = { sizes: uniform, difference, sample, inverse, evaluation };
    stages.push(dispatchOver(device, sweepInverse, resources, [1], { constants }));
    return inverse;
  };
  const sigmaInverse = discrepancy.sigmaInverse ? inverseOf("inverse", EVALUATION.logDetSigma) : difference;
  const mixed = discrepancy.mixed ? inverseOf("mixed inverse", EVALUATION.logDetMixed) : difference;
  const sampleInverse = discrepancy.sampleInverse
    ? buffers.storage("sample inverse", padded(factor.inverse, size))
    : difference;
  if (discrepancy.sandwich) {
    const weight = discrepancy.sandwich === "sigmaInverse" ? sigmaInverse : sampleInverse;
    const half = buffers.storage("half sandwich", bytes);
    const uniform = buffers.uniform("products", packUniforms(rowProducts.uniforms, { size, blocks }));
    const groups = groupsOf(blocks, rowProducts.constants.WORKGROUP);
    const product = (left: GPUBuffer, right: GPUBuffer, result: GPUBuffer): Promise<Dispatch> =>
      dispatchOver(device, rowProducts, { sizes: uniform, left, right, result }, [blocks, groups]);
    stages.push(product(weight, difference, half), product(half, weight, gradient));
  }
  const inputs = buffers.uniform(
    "discrepancy",
    packUniforms(discrepancySum.uniforms, { size, stride, log_det_sample: factor.logDeterminant }),
  );
  const matrices = {
    inputs,
    difference,
    sample,
    sigma_inverse: sigmaInverse,
    sample_inverse: sampleInverse,
    mixed_inverse: mixed,
    evaluation,
  };
  const parts = [discrepancy.part];
  const sandwich = discrepancy.sandwich ? gradient : difference;
  stages.push(
    dispatchOver(device, discrepancySum, { ...matrices, sandwich }, [size], { parts }),
    dispatchOver(device, discrepancyTotal, { inputs, evaluation }, [1], { parts }),
    dispatchOver(device, discrepancyAdjoint, { ...matrices, gradient }, [stride, size], { parts }),
  );
  return Promise.all(stages);
}
