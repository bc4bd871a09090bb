import type { Graph } from "../../plan/graph.ts";
import type { Evaluation, Method } from "../engine.ts";
import { readBytes, readFloats } from "./buffers.ts";
import type { Work } from "./linalg/algebra.ts";
import { submit } from "./submission.ts";
import { EVALUATION, type Workspace } from "./workspace.ts";

/** The three steps from θ to ∂F/∂θ, each a list of dispatches. */
export interface Steps {
  /** θ → D = Σ − S. */
  readonly forward: readonly Work[];
  /** D → F and ∂F/∂Σ. */
  readonly loss: readonly Work[];
  /** ∂F/∂Σ → ∂F/∂θ. */
  readonly backward: readonly Work[];
}

/** F and ∂F/∂θ on the device: the work that computes them, and the buffers that it happens in, which it owns. */
export class Evaluator implements Disposable {
  /** All steps in order. */
  readonly work: readonly Work[];

  constructor(
    readonly workspace: Workspace,
    readonly method: Method,
    /** Whether the matrix `difference` is Σ − S rather than Σ. */
    readonly holdsDifference: boolean,
    readonly steps: Steps,
  ) {
    this.work = [...steps.forward, ...steps.loss, ...steps.backward];
  }

  get graph(): Graph {
    return this.workspace.graph;
  }

  /** F and ∂F/∂θ at θ, read back. */
  async evaluate(theta: Float64Array): Promise<Evaluation> {
    this.setTheta(theta);
    return submit(this.workspace.device, this.work, 1, () => this.read());
  }

  /** Uploads θ, rounded to float32. */
  setTheta(theta: ArrayLike<number>): void {
    this.workspace.device.queue.writeBuffer(this.workspace.theta, 0, Float32Array.from(theta));
  }

  /** Reads back what the last evaluation found. */
  async read(): Promise<Evaluation> {
    const { device, evaluation, status, slope } = this.workspace;
    const [value, failures, slopes] = await Promise.all([
      readFloats(device, evaluation, 1, EVALUATION.value),
      readBytes(device, status, 8),
      readFloats(device, slope, this.graph.parameterCount),
    ]);
    const gradient = Float64Array.from(slopes);
    if (new Uint32Array(failures).some((failure) => failure !== 0)) {
      return { value: Infinity, gradient, status: "notPositiveDefinite" };
    }
    const finite = Number.isFinite(value[0]) && gradient.every((entry) => Number.isFinite(entry));
    return { value: value[0]!, gradient, status: finite ? "ok" : "notFinite" };
  }

  dispose(): void {
    this.workspace.buffers.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
