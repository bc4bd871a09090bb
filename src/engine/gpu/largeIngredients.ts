import type { WgslDiscrepancy } from "./discrepancies.ts";
import type { Ingredients, SampleFactor } from "./discrepancyStage.ts";
import type { LinearAlgebra, Work } from "./linalg/algebra.ts";
import { cholesky } from "./linalg/cholesky.ts";
import { combine } from "./linalg/combine.ts";
import { inverseFromTriangle, triangularInverse } from "./linalg/inverse.ts";
import { maximumLikelihood, reverseKullbackLeibler } from "./linalg/likelihood.ts";
import { multiply } from "./linalg/multiply.ts";
import { logDeterminant } from "./linalg/reduce.ts";
import { matrixView, type MatrixView } from "./linalg/view.ts";
import { EVALUATION, observedMatrixBytes, padded, type Workspace } from "./workspace.ts";

/** A k×k matrix whose rows are padded to whole vec4f. */
function observedView(workspace: Workspace, buffer: GPUBuffer): MatrixView {
  const { observed, observed_quads } = workspace.sizes;
  return matrixView(buffer, observed, observed, { rowStep: 4 * observed_quads });
}

/** The two directions of the Kullback–Leibler divergence have whole forms of their own for large models. */
export type Divergence = "maximumLikelihood" | "reverseKullbackLeibler";

/**
 * D → F and G for a divergence of a large model, with Σ itself in `difference`, and in `sample` the triangle C of
 * S = CCᵀ (maximum likelihood) or C⁻¹ (its reverse). `spare` is a matrix that nobody uses meanwhile.
 */
export function largeDivergence(
  workspace: Workspace,
  algebra: LinearAlgebra,
  divergence: Divergence,
  spare: GPUBuffer,
): Work[] {
  const { buffers, sizes, difference, sample, gradient, evaluation, status } = workspace;
  const view = (buffer: GPUBuffer): MatrixView => observedView(workspace, buffer);
  const room = {
    covariance: view(difference),
    gradient: view(gradient),
    workspace: [view(spare), view(buffers.storage("inverse", observedMatrixBytes(sizes)))],
    loss: { buffer: evaluation, slot: EVALUATION.value },
    status: { buffer: status, flag: 0 },
  } as const;
  return divergence === "maximumLikelihood"
    ? maximumLikelihood(algebra, { ...room, sampleFactor: view(sample) })
    : reverseKullbackLeibler(algebra, { ...room, sampleFactorInverse: view(sample) });
}

/**
 * Inverses by blocked Cholesky factorisation, sandwiches by tiled products, for any number of variables.
 * `gradient`, which is written later, and `spare` give their room.
 */
export function largeIngredients(
  workspace: Workspace,
  algebra: LinearAlgebra,
  discrepancy: WgslDiscrepancy,
  factor: SampleFactor,
  spare: GPUBuffer,
): Ingredients {
  const { buffers, sizes, difference, gradient } = workspace;
  const bytes = observedMatrixBytes(sizes);
  const view = (buffer: GPUBuffer): MatrixView => observedView(workspace, buffer);
  const work: Work[] = [];
  const inverse = (label: string, flag: 0 | 1): GPUBuffer => {
    const buffer = buffers.storage(label, bytes);
    const room = { factor: view(spare), triangle: view(gradient), inverse: view(buffer) };
    work.push(...invert(workspace, algebra, flag, room));
    return buffer;
  };
  const sigmaInverse = discrepancy.sigmaInverse ? inverse("inverse", 0) : difference;
  const mixedInverse = discrepancy.mixedInverse ? inverse("mixed inverse", 1) : difference;
  const sampleInverse = discrepancy.sampleInverse
    ? buffers.storage("sample inverse", padded(factor.inverse, sizes.observed))
    : difference;
  if (discrepancy.sandwich) {
    const weight = view(discrepancy.sandwich === "sigmaInverse" ? sigmaInverse : sampleInverse);
    const half = view(spare);
    work.push(
      ...multiply(algebra, { left: weight, right: view(difference), result: half }),
      ...multiply(algebra, { left: half, right: weight, result: view(gradient), symmetric: true }),
    );
  }
  return { sigmaInverse, mixedInverse, sampleInverse, work };
}

/** (D + S)⁻¹ for flag 0, (D + 2S)⁻¹ for flag 1, with its log-determinant and status. */
function invert(
  workspace: Workspace,
  algebra: LinearAlgebra,
  flag: 0 | 1,
  room: { readonly factor: MatrixView; readonly triangle: MatrixView; readonly inverse: MatrixView },
): Work[] {
  const { difference, sample, evaluation } = workspace;
  const status = { buffer: workspace.status, flag };
  const { factor, triangle, inverse } = room;
  return [
    ...combine(algebra, {
      left: observedView(workspace, difference),
      right: observedView(workspace, sample),
      beta: 1 + flag,
      result: factor,
    }),
    ...cholesky(algebra, { matrix: factor, inverse: triangle, status }),
    ...logDeterminant(algebra, factor, { buffer: evaluation, slot: EVALUATION.logDetSigma + flag }, status),
    ...triangularInverse(algebra, { factor, inverse: triangle, status }),
    ...inverseFromTriangle(algebra, triangle, inverse, status),
  ];
}
