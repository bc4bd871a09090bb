import type { WgslDiscrepancy } from "./discrepancies.ts";
import type { LinearAlgebra, Work } from "./linalg/algebra.ts";
import { cholesky } from "./linalg/cholesky.ts";
import { combine } from "./linalg/combine.ts";
import { inverseFromTriangle, triangularInverse } from "./linalg/inverse.ts";
import { maximumLikelihood, reverseKullbackLeibler } from "./linalg/likelihood.ts";
import { multiply } from "./linalg/multiply.ts";
import { logDeterminant } from "./linalg/reduce.ts";
import { matrixView, type MatrixView } from "./linalg/view.ts";
import { EVALUATION, type Workspace } from "./workspace.ts";

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
  const { evaluation, status } = workspace;
  const { difference, sample, gradient, inverse } = workspace.matrices;
  const view = (buffer: GPUBuffer): MatrixView => observedView(workspace, buffer);
  const room = {
    covariance: view(difference),
    gradient: view(gradient),
    workspace: [view(spare), view(inverse)],
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
  spare: GPUBuffer,
): Work[] {
  const { difference, gradient, inverse, mixedInverse, sampleInverse } = workspace.matrices;
  const view = (buffer: GPUBuffer): MatrixView => observedView(workspace, buffer);
  const room = { factor: view(spare), triangle: view(gradient) };
  const work: Work[] = [];
  if (discrepancy.sigmaInverse)
    work.push(...invert(workspace, algebra, 0, { ...room, inverse: view(inverse) }));
  if (discrepancy.mixedInverse) {
    work.push(...invert(workspace, algebra, 1, { ...room, inverse: view(mixedInverse) }));
  }
  if (discrepancy.sandwich) {
    const weight = view(discrepancy.sandwich === "sigmaInverse" ? inverse : sampleInverse);
    const half = view(spare);
    work.push(
      ...multiply(algebra, { left: weight, right: view(difference), result: half }),
      ...multiply(algebra, { left: half, right: weight, result: view(gradient), symmetric: true }),
    );
  }
  return work;
}

/** (D + S)⁻¹ for flag 0, (D + 2S)⁻¹ for flag 1, with its log-determinant and status. */
function invert(
  workspace: Workspace,
  algebra: LinearAlgebra,
  flag: 0 | 1,
  room: { readonly factor: MatrixView; readonly triangle: MatrixView; readonly inverse: MatrixView },
): Work[] {
  const { evaluation } = workspace;
  const { difference, sample } = workspace.matrices;
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
