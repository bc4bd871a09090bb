import type { WgslDiscrepancy } from "./discrepancies.ts";
import { discrepancyResult, discrepancySum, rowProducts, sweepInverse } from "./kernels.ts";
import { type Dispatch, groupsOf } from "./pipeline.ts";
import { packUniforms } from "./uniforms.ts";
import { dispatchOver, EVALUATION, observedMatrixBytes, padded, type Workspace } from "./workspace.ts";

/** S, inverted in float64 on the host. `inverse` is row-major k×k in the graph's order. */
export interface SampleFactor {
  readonly inverse: Float64Array;
  readonly logDeterminant: number;
}

/** Most variables whose triangle fits the workgroup memory that `sweep_inverse` asks for. */
export const MOST_SWEPT = 88;

/** D = Σ − S → F and G = ∂F/∂Σ, for sizes that fit one workgroup. */
export async function smallDiscrepancyStage(
  workspace: Workspace,
  discrepancy: WgslDiscrepancy,
  factor: SampleFactor,
): Promise<readonly Dispatch[]> {
  const { device, buffers, sizes, difference, sample, gradient, evaluation } = workspace;
  const size = sizes.observed;
  const blocks = sizes.observed_blocks;
  const stride = 4 * blocks;
  const bytes = observedMatrixBytes(sizes);
  const stages: Promise<Dispatch>[] = [];
  const inverseOf = (label: string, slot: number): GPUBuffer => {
    const inverse = buffers.storage(label, bytes);
    const uniform = buffers.uniform(label, packUniforms(sweepInverse.uniforms, { size, stride }));
    const constants = { MULTIPLE: slot, SLOT: slot, WORKGROUP: size <= 16 ? 16 : 64 };
    const resources = { sizes: uniform, difference, sample, inverse, evaluation };
    stages.push(dispatchOver(device, sweepInverse, resources, [1], { constants }));
    return inverse;
  };
  const sigmaInverse = discrepancy.sigmaInverse
    ? inverseOf("sigmaInverse", EVALUATION.logDetSigma)
    : difference;
  const mixed = discrepancy.mixed ? inverseOf("mixed sigmaInverse", EVALUATION.logDetMixed) : difference;
  const sampleInverse = discrepancy.sampleInverse
    ? buffers.storage("sample sigmaInverse", padded(factor.inverse, size))
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
    sigmaInverse,
    sample_inverse: sampleInverse,
    mixed_inverse: mixed,
    evaluation,
  };
  const { WORKGROUP, GROUPS } = discrepancySum.constants;
  const parts = [discrepancy.part];
  stages.push(
    dispatchOver(
      device,
      discrepancySum,
      { ...matrices, sandwich: discrepancy.sandwich ? gradient : difference },
      [WORKGROUP * GROUPS],
      { parts },
    ),
    dispatchOver(device, discrepancyResult, { ...matrices, gradient }, [stride, size], { parts }),
  );
  return Promise.all(stages);
}
