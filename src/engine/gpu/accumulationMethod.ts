import { dispatchGraph, dispatchRange } from "./dispatch.ts";
import {
  accumulationBackward,
  accumulationGradient,
  gradientScatter,
  sourceMix,
} from "./accumulationKernels.ts";
import { observedDifference, totalEffects } from "./momentKernels.ts";
import type { LinearAlgebra } from "./linalg/algebra.ts";
import { multiply } from "./linalg/multiply.ts";
import { matrixView, transposed } from "./linalg/view.ts";
import type { MethodOptions, MethodWork } from "./method.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The accumulation method (DESIGN §2): A, then Σ_full = (ΨA)ᵀA as one product; backwards AG as another, taken through
 * the graph to R = A G (I − B)⁻ᵀ. Best where loadings are dense, because both products are.
 */
export async function accumulationMethod(
  workspace: Workspace,
  algebra: LinearAlgebra,
  options: MethodOptions,
): Promise<MethodWork> {
  const { sizes, graph, value, derivative } = workspace;
  // `adjoint` holds ΨA on the way forward, AG and then R on the way back; `covariance` Σ_full and then G over all
  // variables.
  const { sample, difference, gradient, effects, adjoint, covariance } = workspace.matrices;
  const { variables, sources, observed, source_quads, observed_quads, variable_quads, entries } = sizes;
  const isUnit = hasUnitSources(workspace);
  const byColumn = (buffer: GPUBuffer) =>
    matrixView(buffer, variables, sources, { rowStep: 4 * source_quads });
  const square = matrixView(covariance, variables, variables, { rowStep: 4 * variable_quads });
  const range = dispatchRange.bind(undefined, workspace);
  const one = dispatchGraph.bind(undefined, workspace);
  const rows = 4 * (variables + graph.entries.paths.count);
  const constants = { COLUMNS: 1, SUBTRACTED: options.subtracted };
  const [walk, mix, difference_, scatter, back, slopes] = await Promise.all([
    range(totalEffects, { value, effects }, source_quads, rows),
    isUnit ? [] : one(sourceMix, { value, effects, mixed: adjoint }, [4 * source_quads, variables]),
    one(observedDifference, { covariance, sample, difference }, [observed, observed_quads], {
      constants,
    }),
    one(gradientScatter, { gradient, scattered: covariance }, [4 * variable_quads, variables]),
    range(accumulationBackward, { value, adjoint }, source_quads, rows),
    range(accumulationGradient, { value, effects, adjoint, derivative }, entries, sources, {
      constants: { UNIT: isUnit ? 1 : 0 },
    }),
  ]);
  const product = multiply(algebra, {
    left: byColumn(isUnit ? effects : adjoint),
    right: transposed(byColumn(effects)),
    result: square,
    symmetric: true,
  });
  const pullBack = multiply(algebra, {
    left: square,
    right: byColumn(effects),
    result: byColumn(adjoint),
  });
  return {
    forward: [...walk, ...mix, ...product, ...difference_],
    backward: [...scatter, ...pullBack, ...back, ...slopes],
    spare: covariance,
  };
}

/** Whether Ψ = I, fixed: ΨA is A then. */
function hasUnitSources({ graph }: Workspace): boolean {
  const { covariances, row, column, parameter, constant } = graph.entries;
  if (covariances.count !== graph.q) return false;
  for (let e = covariances.first; e < covariances.first + covariances.count; e++) {
    if (row[e] !== column[e] || parameter[e]! >= 0 || constant[e] !== 1) return false;
  }
  return true;
}
