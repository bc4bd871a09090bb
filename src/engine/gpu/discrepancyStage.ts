import type { WgslDiscrepancy } from "./discrepancies.ts";
import { dispatchOver } from "./dispatch.ts";
import { discrepancyAdjoint, discrepancySum, discrepancyTotal } from "./momentKernels.ts";
import type { Work } from "./linalg/algebra.ts";
import { packUniforms } from "./uniforms.ts";
import type { Workspace } from "./workspace.ts";

/** `difference` and the inverses → F and G = ∂F/∂Σ, element by element, by the discrepancy's own functions. */
export async function elementwiseStage(
  workspace: Workspace,
  discrepancy: WgslDiscrepancy,
  logDetSample: number,
): Promise<Work[]> {
  const { device, buffers, sizes, evaluation } = workspace;
  const { difference, sample, gradient, inverse, mixedInverse, sampleInverse } = workspace.matrices;
  const size = sizes.observed;
  const stride = 4 * sizes.observed_quads;
  const inputs = buffers.uniform(
    "discrepancy",
    packUniforms(discrepancySum.uniforms, { size, stride, log_det_sample: logDetSample }),
  );
  const matrices = {
    inputs,
    difference,
    sample,
    sigma_inverse: inverse,
    sample_inverse: sampleInverse,
    mixed_inverse: mixedInverse,
    evaluation,
  };
  const parts = [await discrepancy.part()];
  const sandwich = discrepancy.sandwich ? gradient : difference;
  return Promise.all([
    dispatchOver(device, discrepancySum, { ...matrices, sandwich }, [size], { parts }, size * size),
    dispatchOver(device, discrepancyTotal, { inputs, evaluation }, [1], { parts }, size),
    dispatchOver(device, discrepancyAdjoint, { ...matrices, gradient }, [stride, size], { parts }),
  ]);
}
