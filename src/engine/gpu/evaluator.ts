import { exogeniseRoots } from "../../model/exogenise.ts";
import { planGraph, type Graph } from "../../plan/graph.ts";
import { submatrix } from "../cpu/submatrix.ts";
import { sampleFactor } from "../cpu/discrepancies/sample.ts";
import type { DiscrepancyName, Evaluation, Problem } from "../engine.ts";
import { readBytes } from "./buffers.ts";
import { covarianceMethod } from "./covarianceMethod.ts";
import { WGSL_DISCREPANCIES } from "./discrepancies.ts";
import { smallDiscrepancyStage } from "./discrepancyStage.ts";
import { entryValues, parameterGradient } from "./kernels.ts";
import { type Dispatch, encode } from "./pipeline.ts";
import { createWorkspace, dispatchGraph, EVALUATION, type Workspace } from "./workspace.ts";

/** The dispatches that take θ to F and ∂F/∂θ on the device, and the buffers they work on. */
export class Evaluator implements Disposable {
  private constructor(
    readonly workspace: Workspace,
    readonly dispatches: readonly Dispatch[],
  ) {}

  /** Allocates, uploads and compiles for a problem of one group without means. */
  static async create(device: GPUDevice, problem: Problem): Promise<Evaluator> {
    const moments = problem.moments[0]!;
    const graph = planGraph(exogeniseRoots(problem.model.structures[0]!), problem.model.parameters.length);
    const sample = submatrix(moments.covariance, moments.names.length, graph.moment);
    const factor = sampleFactor({ ...moments, covariance: sample });
    const discrepancy = WGSL_DISCREPANCIES[problem.discrepancy as DiscrepancyName];
    const workspace = createWorkspace(device, graph, sample);
    try {
      const [before, method, stage, after] = await Promise.all([
        dispatchGraph(workspace, entryValues, workspaceValues(workspace), [graph.entries.count]),
        covarianceMethod(workspace),
        smallDiscrepancyStage(workspace, discrepancy, factor),
        dispatchGraph(workspace, parameterGradient, workspaceSlope(workspace), [graph.parameterCount]),
      ]);
      return new Evaluator(workspace, [before, ...method.forward, ...stage, ...method.backward, after]);
    } catch (error) {
      workspace.buffers.dispose();
      throw error;
    }
  }

  get graph(): Graph {
    return this.workspace.graph;
  }

  /** F and ∂F/∂θ at θ, read back. */
  async evaluate(theta: Float64Array): Promise<Evaluation> {
    const { device, evaluation, slope } = this.workspace;
    device.queue.writeBuffer(this.workspace.theta, 0, Float32Array.from(theta));
    const encoder = device.createCommandEncoder({ label: "evaluate" });
    const pass = encoder.beginComputePass({ label: "evaluate" });
    encode(pass, this.dispatches);
    pass.end();
    device.queue.submit([encoder.finish()]);
    const [numbers, gradient] = await Promise.all([
      readBytes(device, evaluation),
      readBytes(device, slope, 4 * this.graph.parameterCount),
    ]);
    return evaluationOf(new Float32Array(numbers), Float64Array.from(new Float32Array(gradient)));
  }

  dispose(): void {
    this.workspace.buffers.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function workspaceValues({ constant, theta, value }: Workspace): Record<string, GPUBuffer> {
  return { constant, theta, value };
}

function workspaceSlope({ constant, derivative, slope }: Workspace): Record<string, GPUBuffer> {
  return { constant, derivative, slope };
}

function evaluationOf(numbers: Float32Array, gradient: Float64Array): Evaluation {
  if (numbers[EVALUATION.status] !== 0) return { value: Infinity, gradient, status: "notPositiveDefinite" };
  const value = numbers[EVALUATION.value]!;
  const finite = Number.isFinite(value) && gradient.every((slope) => Number.isFinite(slope));
  return { value, gradient, status: finite ? "ok" : "notFinite" };
}
