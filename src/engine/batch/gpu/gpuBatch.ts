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
import { adapterName, isSoftware } from "../../gpu/device.ts";
import type { CpuBatchEngine } from "../cpuBatch.ts";
import type { GpuBatchOptions } from "../../engine.ts";
import { LimitError } from "../../../errors.ts";
import { sliceProblems } from "../workers/shardQueue.ts";
import { traceForm32 } from "./form.ts";
import { GpuSolver } from "./gpuSolver.ts";
import { MOST_OPERATIONS } from "./invocationLimits.ts";
import { fitsInvocation, invocationShape } from "./invocationShape.ts";
import type { SolverShape } from "./shape.ts";
import { workgroupShape } from "./workgroupShape.ts";

/** Time that one submission should take: well under what a watchdog or a page's next frame would mind. */
const SUBMISSION_SECONDS = 0.1;
const MOST_GROWTH = 4;

/** Which kernel solves the problems; "auto" takes an invocation a problem where the model is small enough. */
export type ShapeName = "auto" | "invocation" | "workgroup";

/**
 * The float32 engine: one invocation a problem in straight-line code, or one workgroup a problem where the model is too
 * large for that. Problems that float32 cannot settle go to the float64 engine, each alone, so that the result of a
 * problem never depends on its neighbours.
 *
 * @throws LimitError where the model is too large for either, ShaderError, SemnanError.
 */
export async function createGpuBatch(
  device: GPUDevice,
  setup: BatchSetup,
  float64: CpuBatchEngine,
  options: GpuBatchOptions,
  name: ShapeName = "auto",
): Promise<BatchEngine> {
  const shape = chooseShape(device, setup, name);
  const isHostDrawing = isSoftware(device) && setup.rows !== undefined;
  const own = isHostDrawing ? { ...setup, rows: undefined } : setup;
  const solver = await GpuSolver.create(device, own, shape);
  return new GpuBatch(device, solver, shape, float64, isHostDrawing, options);
}

function chooseShape(device: GPUDevice, setup: BatchSetup, name: ShapeName): SolverShape {
  const total = setup.moments.reduce((sum, { n }) => sum + n, 0);
  const shares = setup.moments.map(({ n }) => n / total);
  const program = name === "workgroup" ? undefined : traceForm32(setup.model, shares, MOST_OPERATIONS);
  if (program && (name === "invocation" || fitsInvocation(program))) {
    return invocationShape(device, setup, program, shares);
  }
  if (name !== "invocation") return workgroupShape(device, setup, shares);
  throw new LimitError(
    `The model needs more than ${MOST_OPERATIONS} operations an evaluation, which a shader compiler would take minutes for.`,
    "Choose the backend `cpu`.",
    Infinity,
    MOST_OPERATIONS,
  );
}

class GpuBatch implements BatchEngine {
  #size: number;

  constructor(
    private readonly device: GPUDevice,
    private readonly solver: GpuSolver,
    private readonly shape: SolverShape,
    private readonly float64: CpuBatchEngine,
    /** Software WebGPU pays so much for an indexed load that the CPU draws replicates thirty times as fast. */
    private readonly isHostDrawing: boolean,
    private readonly options: GpuBatchOptions,
  ) {
    this.#size = shape.firstProblems;
  }

  get backend(): BatchBackend {
    const { headStart, reason } = this.options;
    const early = headStart > 0 ? `, the first ${headStart.toLocaleString("en")} in float64 on the CPU` : "";
    return {
      kind: "webgpu",
      description: `${adapterName(this.device)}, float32, ${this.shape.description}${early}`,
      reason,
    };
  }

  async solve(request: BatchRequest): Promise<BatchPart> {
    const whole = emptyPart(request.first, request.count, this.solver.t);
    const finish = (part: BatchPart): void => {
      placePart(whole, part);
      request.onPart?.(part);
    };
    // Outside the measured part: compiling says nothing about the size of submissions.
    const compiled = this.solver.prepare(request);
    // Awaited below, where it is needed.
    compiled.catch(() => undefined);
    let from = Math.max(0, Math.min(this.options.headStart - request.first, request.count));
    if (from > 0) await this.float64.solve({ ...this.#select(request, 0, from), onPart: finish });
    if (from < request.count && !request.signal?.aborted) await compiled;
    while (from < request.count && !request.signal?.aborted) {
      const count = Math.min(this.#size, this.solver.capacity, request.count - from);
      const began = performance.now();
      const part = await this.#solvePart(request, from, count);
      const seconds = (performance.now() - began) / 1000;
      const wanted = (SUBMISSION_SECONDS / seconds) * count;
      this.#size = Math.max(this.shape.fewestProblems, Math.round(Math.min(MOST_GROWTH * count, wanted)));
      await this.#settle(request, part);
      finish(part);
      from += count;
    }
    return whole;
  }

  /** Problems from … from + count − 1 of a request, as a request of their own. */
  #select({ first, starts, samples, signal }: BatchRequest, from: number, count: number): BatchRequest {
    const { t, m } = this.solver;
    return {
      first: first + from,
      count,
      starts: sliceProblems(starts, t, from, count),
      samples: samples && sliceProblems(samples, m, from, count),
      signal,
    };
  }

  #solvePart(request: BatchRequest, from: number, count: number): Promise<BatchPart> {
    if (!this.isHostDrawing || request.samples) return this.solver.solve(request, from, count);
    const { first, starts } = this.#select(request, from, count);
    const samples = this.float64.draw(first, count);
    // One problem's own sample looks like one for all, which is the same thing here.
    return this.solver.solve({ first, count: samples.length / this.solver.m, starts, samples }, 0, count);
  }

  /** Solves in float64 what float32 left open. */
  async #settle(request: BatchRequest, part: BatchPart): Promise<void> {
    for (let i = 0; i < part.count; i++) {
      if (part.status[i] !== ProblemStatus.notConverged) continue;
      const alone = this.#select(request, part.first + i - request.first, 1);
      placePart(part, await this.float64.solve({ ...alone, signal: undefined }));
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
