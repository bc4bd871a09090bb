import { loadingGradient, loadingRows, pathTriangle, triangleInverse } from "./denseKernels.ts";
import { dispatchGraph, dispatchRange } from "./dispatch.ts";
import { covarianceGradient, observedDifference, sourceCovariance } from "./momentKernels.ts";
import type { LinearAlgebra } from "./linalg/algebra.ts";
import { blockOrder } from "./linalg/cholesky.ts";
import { multiply } from "./linalg/multiply.ts";
import { solveLower, solveLowerTransposed } from "./linalg/solve.ts";
import { matrixView, shaped, transposed } from "./linalg/view.ts";
import type { MethodOptions, MethodWork } from "./method.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The covariance method for graphs with many paths, all of whose variables are observed: with L = (I − B)ᵀ dense,
 *   L Aᵀ = Λᵀ,   Σ = AᵀX with X = ΨA,   Lᵀ Hᵀ = G,   ∂F/∂B = 2 ΣH above the diagonal
 * are blocked solves and products, which reuse what they load many times where a walk uses it once.
 */
export async function denseCovarianceMethod(
  workspace: Workspace,
  algebra: LinearAlgebra,
  options: MethodOptions,
): Promise<MethodWork> {
  const { buffers, sizes, value, derivative } = workspace;
  const { sample, difference, gradient, effects, cross, covariance, adjoint, inverse } = workspace.matrices;
  const { variables, sources, observed, source_quads, observed_quads, variable_quads, entries } = sizes;
  const order = blockOrder(algebra);
  // L has the room of the discrepancy's inverse, and is made again on the way back.
  const triangle = inverse;
  const inverses = buffers.storage("path inverses", 4 * order * variables);
  const square = { rowStep: 4 * variable_quads };
  const bySource = { rowStep: 4 * source_quads };
  const factor = matrixView(triangle, variables, variables, square);
  const system = { factor, inverse: matrixView(inverses, variables, order) };
  const effectRows = matrixView(effects, variables, sources, bySource);
  const covarianceRows = matrixView(covariance, variables, variables, square);
  const adjointRows = matrixView(adjoint, variables, variables, square);
  const gradientRows = matrixView(gradient, variables, variables, square);
  const range = dispatchRange.bind(undefined, workspace);
  const graph = dispatchGraph.bind(undefined, workspace);
  const [fill, invert, loadings, mix, observe, byLoadings, slopes] = await Promise.all([
    range(pathTriangle, { value, triangle }, variables, variables),
    range(triangleInverse, { triangle, inverse: inverses }, variables, order * order, {
      constants: { BLOCK: order },
    }),
    range(loadingRows, { value, loadings: cross }, variables, sources),
    graph(sourceCovariance, { value, effects, cross }, [sources, observed_quads]),
    graph(observedDifference, { covariance, sample, difference }, [observed, observed_quads], {
      constants: { SUBTRACTED: options.subtracted },
    }),
    range(loadingGradient, { cross, adjoint, derivative }, Math.ceil(sizes.first_path / 4), 4 * observed),
    range(
      covarianceGradient,
      { value, effects, cross, covariance, adjoint, products: gradient, derivative },
      entries,
      observed,
      { constants: { DENSE: 1 } },
    ),
  ]);
  return {
    forward: [
      ...fill,
      ...invert,
      ...loadings,
      ...solveLower(algebra, {
        ...system,
        rightSide: matrixView(cross, variables, sources, bySource),
        solution: effectRows,
      }),
      ...mix,
      ...multiply(algebra, {
        left: effectRows,
        right: matrixView(cross, sources, variables, square),
        result: covarianceRows,
        symmetric: true,
      }),
      ...observe,
    ],
    backward: [
      ...fill,
      ...solveLowerTransposed(algebra, { ...system, rightSide: gradientRows, solution: adjointRows }),
      ...multiply(algebra, {
        left: adjointRows,
        right: transposed(covarianceRows),
        result: shaped(gradientRows, "lower"),
      }),
      ...byLoadings,
      ...slopes,
    ],
    spare: adjoint,
  };
}
