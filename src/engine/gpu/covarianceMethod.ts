import { dispatchGraph, dispatchRange } from "./dispatch.ts";
import {
  covarianceBackward,
  covarianceForward,
  covarianceGradient,
  observedDifference,
  sourceCovariance,
  totalEffects,
} from "./momentKernels.ts";
import type { MethodOptions, MethodWork } from "./method.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The covariance method (DESIGN §2): A, then X = (ΨA)[:, O], then the observed rows of Σ_full; backwards H and a dot
 * product per entry. Rows are independent, so each recursion is one dispatch, whatever the number of layers.
 */
export async function covarianceMethod(workspace: Workspace, options: MethodOptions): Promise<MethodWork> {
  const { sizes, graph, value, derivative } = workspace;
  const { sample, difference, gradient, effects, cross, covariance, adjoint } = workspace.matrices;
  const { variables, sources, observed, source_quads, observed_quads, entries } = sizes;
  const { loadings, paths } = graph.entries;
  const range = dispatchRange.bind(undefined, workspace);
  const constants = { SUBTRACTED: options.subtracted };
  const walk = 4 * (variables + paths.count);
  const [forward, backward] = await Promise.all([
    Promise.all([
      range(totalEffects, { value, effects }, source_quads, walk),
      dispatchGraph(workspace, sourceCovariance, { value, effects, cross }, [sources, observed_quads]),
      range(covarianceForward, { value, cross, covariance }, observed_quads, walk + 4 * loadings.count),
      dispatchGraph(
        workspace,
        observedDifference,
        { covariance, sample, difference },
        [observed, observed_quads],
        { constants },
      ),
    ]),
    Promise.all([
      range(covarianceBackward, { value, gradient, adjoint }, observed_quads, walk),
      range(
        covarianceGradient,
        { value, effects, cross, covariance, adjoint, products: covariance, derivative },
        entries,
        observed,
      ),
    ]),
  ]);
  return { forward: forward.flat(), backward: backward.flat(), spare: adjoint };
}
