import type { WgslDiscrepancy } from "./discrepancies.ts";
import { discrepancyAdjoint, discrepancySum, discrepancyTotal } from "./kernels.ts";
import type { Work } from "./linalg/algebra.ts";
import { packUniforms } from "./uniforms.ts";
import { dispatchOver, type Workspace } from "./workspace.ts";

/** S⁻¹, row-major k×k in the graph's order, and ln|S|: computed in float64 on the host. */
export interface SampleFactor {
  readonly inverse: Float64Array;
  readonly logDeterminant: number;
}

/** The matrices that a discrepancy's functions read; those it does not ask for are stand-ins. */
export interface Ingredients {
  readonly sigmaInverse: GPUBuffer;
  readonly sampleInverse: GPUBuffer;
  readonly mixedInverse: GPUBuffer;
  /** What makes them, and the sandwich in the workspace's `gradient`. */
  readonly work: readonly Work[];
}

/** Ingredients → F and G = ∂F/∂Σ, element by element, by the discrepancy's own functions. */
export async function elementwiseStage(
  workspace: Workspace,
  discrepancy: WgslDiscrepancy,
  factor: SampleFactor,
  ingredients: Ingredients,
): Promise<Work[]> {
  const { device, buffers, sizes, difference, sample, gradient, evaluation } = workspace;
  const size = sizes.observed;
  const stride = 4 * sizes.observed_quads;
  const inputs = buffers.uniform(
    "discrepancy",
    packUniforms(discrepancySum.uniforms, { size, stride, log_det_sample: factor.logDeterminant }),
  );
  const matrices = {
    inputs,
    difference,
    sample,
    sigma_inverse: ingredients.sigmaInverse,
    sample_inverse: ingredients.sampleInverse,
    mixed_inverse: ingredients.mixedInverse,
    evaluation,
  };
  const parts = [discrepancy.part];
  const sandwich = discrepancy.sandwich ? gradient : difference;
  const work = await Promise.all([
    dispatchOver(device, discrepancySum, { ...matrices, sandwich }, [size], { parts }, size * size),
    dispatchOver(device, discrepancyTotal, { inputs, evaluation }, [1], { parts }, size),
    dispatchOver(device, discrepancyAdjoint, { ...matrices, gradient }, [stride, size], { parts }),
  ]);
  return [...ingredients.work, ...work];
}
