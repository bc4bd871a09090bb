import {
  covarianceBackward,
  covarianceForward,
  covarianceGradient,
  observedDifference,
  sourceCovariance,
  totalEffects,
} from "./kernels.ts";
import type { MethodOptions, MethodWork } from "./method.ts";
import { dispatchGraph, dispatchRange, type Workspace } from "./workspace.ts";

/**
 * The covariance method (DESIGN §2): A, then X = (ΨA)[:, O], then the observed rows of Σ_full; backwards H and a dot
 * product per entry. Rows are independent, so each recursion is one dispatch, whatever the number of layers.
 */
export async function covarianceMethod(workspace: Workspace, options: MethodOptions): Promise<MethodWork> {
  const { buffers, sizes, graph, value, sample, difference, gradient, derivative } = workspace;
  const { variables, sources, observed, source_quads, observed_quads, entries } = sizes;
  const { loadings, paths } = graph.entries;
  const effects = buffers.storage("effects", 16 * source_quads * variables);
  const cross = buffers.storage("cross", 16 * observed_quads * sources);
  const covariance = buffers.storage("covariance", 16 * observed_quads * variables);
  const adjoint = buffers.storage("adjoint", 16 * observed_quads * variables);
  const range = dispatchRange.bind(undefined, workspace);
  const constants = { SUBTRACTED: options.subtracted };
  const rows = 4 * (variables + paths.count);
  const [forward, backward] = await Promise.all([
    Promise.all([
      range(totalEffects, { value, effects }, source_quads, rows),
      dispatchGraph(workspace, sourceCovariance, { value, effects, cross }, [sources, observed_quads]),
      range(covarianceForward, { value, cross, covariance }, observed_quads, rows + 4 * loadings.count),
      dispatchGraph(
        workspace,
        observedDifference,
        { covariance, sample, difference },
        [observed, observed_quads],
        { constants },
      ),
    ]),
    Promise.all([
      range(covarianceBackward, { value, gradient, adjoint }, observed_quads, rows),
      range(
        covarianceGradient,
        { value, effects, cross, covariance, adjoint, derivative },
        entries,
        observed,
      ),
    ]),
  ]);
  return { forward: forward.flat(), backward: backward.flat(), effects, spare: adjoint };
}
