import {
  type BatchBackend,
  type BatchEngine,
  type BatchPart,
  type BatchRequest,
  type BatchSetup,
  emptyPart,
  placePart,
  ProblemStatus,
} from "../batchEngine.ts";
import { adapterName } from "../../gpu/device.ts";
import type { Program } from "../program/program.ts";
import { GpuSolver } from "./gpuSolver.ts";

/** Time that one submission should take: well under what a watchdog or a page's next frame would mind. */
const SUBMISSION_SECONDS = 0.1;
const FIRST_SIZE = 256;
const MOST_GROWTH = 4;

/**
 * The float32 engine: one invocation a problem, straight-line code. Problems that float32 cannot settle go to the
 * float64 engine, each alone, so that the result of a problem never depends on its neighbours.
 *
 * @throws LimitError where a problem needs more private memory than WGSL has, ShaderError, SemnanError.
 */
export async function createGpuBatch(
  device: GPUDevice,
  setup: BatchSetup,
  program: Program,
  float64: BatchEngine,
  reason: string,
): Promise<BatchEngine> {
  return new GpuBatch(device, await GpuSolver.create(device, setup, program), float64, reason);
}

class GpuBatch implements BatchEngine {
  #size = FIRST_SIZE;

  constructor(
    private readonly device: GPUDevice,
    private readonly solver: GpuSolver,
    private readonly float64: BatchEngine,
    private readonly reason: string,
  ) {}

  get backend(): BatchBackend {
    return {
      kind: "webgpu",
      description: `${adapterName(this.device)}, float32, one invocation a problem`,
      reason: this.reason,
    };
  }

  async solve(request: BatchRequest): Promise<BatchPart> {
    const whole = emptyPart(request.first, request.count, this.solver.t);
    let from = 0;
    while (from < request.count && !request.signal?.aborted) {
      const count = Math.min(this.#size, this.solver.capacity, request.count - from);
      const began = performance.now();
      const part = await this.solver.solve(request, from, count);
      const seconds = (performance.now() - began) / 1000;
      const wanted = (SUBMISSION_SECONDS / seconds) * count;
      this.#size = Math.max(64, Math.round(Math.min(MOST_GROWTH * count, wanted)));
      await this.#settle(request, part);
      placePart(whole, part);
      request.onPart?.(part);
      from += count;
    }
    return whole;
  }

  /** Solves in float64 what float32 left open. */
  async #settle(request: BatchRequest, part: BatchPart): Promise<void> {
    const { t, m } = this.solver;
    const own = (values: Float64Array, width: number, i: number): Float64Array =>
      values.length === width ? values : values.slice(i * width, (i + 1) * width);
    for (let i = 0; i < part.count; i++) {
      if (part.status[i] !== ProblemStatus.notConverged) continue;
      const index = part.first + i - request.first;
      const solved = await this.float64.solve({
        first: part.first + i,
        count: 1,
        starts: own(request.starts, t, index),
        samples: request.samples && own(request.samples, m, index),
      });
      placePart(part, solved);
    }
  }

  dispose(): void {
    this.solver.dispose();
    this.float64.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
