import {
  covarianceBackward,
  covarianceForward,
  covarianceGradient,
  observedDifference,
  sourceCovariance,
  totalEffects,
} from "./kernels.ts";
import type { Dispatch } from "./pipeline.ts";
import { dispatchGraph, type Workspace } from "./workspace.ts";

/** The dispatches of a method: entries' values → D = Σ − S, and G = ∂F/∂Σ → ∂F/∂ each entry. */
export interface MethodDispatches {
  readonly forward: readonly Dispatch[];
  readonly backward: readonly Dispatch[];
}

/**
 * The covariance method (DESIGN §2): A, then X = (ΨA)[:, O], then the observed rows of Σ_full; backwards H and a dot
 * product per entry. Rows are independent, so each recursion is one dispatch, whatever the number of layers.
 */
export async function covarianceMethod(workspace: Workspace): Promise<MethodDispatches> {
  const { buffers, sizes, value, sample, difference, gradient, derivative } = workspace;
  const { variables, sources, observed, source_quads, observed_quads, entries } = sizes;
  const effects = buffers.storage("effects", 16 * source_quads * variables);
  const cross = buffers.storage("cross", 16 * observed_quads * sources);
  const covariance = buffers.storage("covariance", 16 * observed_quads * variables);
  const adjoint = buffers.storage("adjoint", 16 * observed_quads * variables);
  const graph = dispatchGraph.bind(undefined, workspace);
  return {
    forward: await Promise.all([
      graph(totalEffects, { value, effects }, [source_quads]),
      graph(sourceCovariance, { value, effects, cross }, [sources, observed_quads]),
      graph(covarianceForward, { value, cross, covariance }, [observed_quads]),
      graph(observedDifference, { covariance, sample, difference }, [observed, observed_quads]),
    ]),
    backward: await Promise.all([
      graph(covarianceBackward, { value, gradient, adjoint }, [observed_quads]),
      graph(covarianceGradient, { value, effects, cross, covariance, adjoint, derivative }, [entries]),
    ]),
  };
}
