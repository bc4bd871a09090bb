import { BufferSet, readBytes } from "../../gpu/buffers.ts";
import { bind, type CompiledKernel, type Dispatch, encode } from "../../gpu/pipeline.ts";
import { packUniforms } from "../../gpu/uniforms.ts";
import {
  type BatchPart,
  type BatchRequest,
  type BatchSetup,
  emptyPart,
  ProblemStatus,
} from "../batchEngine.ts";
import { layoutSample } from "../program/sampleLayout.ts";
import { GpuResampler } from "./gpuResampler.ts";
import { quasiNewton } from "./kernels.ts";
import { MOST_EVALUATIONS, type SolverShape } from "./shape.ts";

/** What float32 can vouch for, in standard errors; the float64 engine is ten times stricter. */
const TOLERANCE = 3e-4;
/** Rounding of F relative to 1 + |F|. */
const NOISE = 4e-6;
/** Bytes that all problems of one submission may take. */
const MOST_BYTES = 2 ** 26;
const MOST_PROBLEMS = 65_535;

/** States that the kernel reports, by number. */
const STATUS_OF_STATE = [
  ProblemStatus.notConverged,
  ProblemStatus.converged,
  ProblemStatus.notConverged,
  ProblemStatus.notPositiveDefinite,
] as const;

/** Buffers and pipelines for problems of one model on one device. */
export class GpuSolver implements Disposable {
  private constructor(
    private readonly device: GPUDevice,
    private readonly buffers: BufferSet,
    private readonly shape: SolverShape,
    private readonly memory: SolverBuffers,
    private readonly resampler: GpuResampler | undefined,
    private readonly tolerance: number,
    readonly t: number,
    readonly m: number,
    /** Most problems of one submission. */
    readonly capacity: number,
  ) {}

  static async create(device: GPUDevice, setup: BatchSetup, shape: SolverShape): Promise<GpuSolver> {
    const t = setup.model.parameters.length;
    const layout = layoutSample(setup.model);
    const m = layout.size;
    const total = setup.moments.reduce((sum, { n }) => sum + n, 0);
    const buffers = new BufferSet(device, "batch");
    try {
      const shared = 4 * (2 * t + 1 + m + 2) + GpuResampler.bytesPerReplicate(setup, layout);
      const fitting = Math.floor(MOST_BYTES / (shared + shape.bytesPerProblem));
      const capacity = Math.max(shape.fewestProblems, Math.min(MOST_PROBLEMS, fitting));
      const memory = createBuffers(buffers, shape, t, m, capacity);
      const resampler =
        setup.rows && (await GpuResampler.create(device, buffers, setup, layout, memory.samples, capacity));
      const tolerance = (2 * TOLERANCE ** 2) / total;
      return new GpuSolver(device, buffers, shape, memory, resampler, tolerance, t, m, capacity);
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  /** Compiles what a request needs, where that has not been done yet. */
  async prepare({ starts }: BatchRequest): Promise<void> {
    await this.shape.compile(starts.length !== this.t);
  }

  /** Solves problems from … from + count − 1 of a request in one submission. */
  async solve(request: BatchRequest, from: number, count: number): Promise<BatchPart> {
    const { device, memory, t } = this;
    const ownStarts = request.starts.length !== t;
    this.#upload(request, from, count, ownStarts);
    const dispatches: Dispatch[] = request.samples
      ? []
      : this.resampler!.prepare(request.first + from, count);
    dispatches.push(this.#search(await this.shape.compile(ownStarts), count));
    const encoder = device.createCommandEncoder({ label: "batch" });
    const pass = encoder.beginComputePass({ label: "batch" });
    encode(pass, dispatches);
    pass.end();
    device.queue.submit([encoder.finish()]);
    const [results, outcome] = await Promise.all([
      readBytes(device, memory.results, 4 * (t + 1) * count),
      readBytes(device, memory.outcome, 8 * count),
    ]);
    return this.#report(request.first + from, count, new Float32Array(results), new Uint32Array(outcome));
  }

  dispose(): void {
    this.buffers.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #upload({ starts, samples }: BatchRequest, from: number, count: number, ownStarts: boolean): void {
    const { device, memory, t, m } = this;
    const settings = {
      problems: count,
      evaluations: MOST_EVALUATIONS,
      tolerance: this.tolerance,
      noise: NOISE,
    };
    device.queue.writeBuffer(memory.settings, 0, packUniforms(quasiNewton.uniforms, settings));
    const columns = (values: Float64Array, width: number): Float32Array<ArrayBuffer> =>
      values.length === width && !ownStarts
        ? Float32Array.from(values)
        : transposed(values, width, from, count);
    device.queue.writeBuffer(memory.starts, 0, columns(starts, t));
    if (samples === undefined) return;
    const shared = samples.length === m;
    const uploaded = new Float32Array(m * count);
    for (let i = 0; i < count; i++) {
      const row = shared ? 0 : (from + i) * m;
      for (let j = 0; j < m; j++) uploaded[j * count + i] = samples[row + j]!;
    }
    device.queue.writeBuffer(memory.samples, 0, uploaded);
  }

  #search(compiled: CompiledKernel, count: number): Dispatch {
    const { own, ...common } = this.memory;
    return {
      pipeline: compiled.pipeline,
      bindGroup: bind(this.device, compiled, { ...common, ...own }),
      workgroups: [this.shape.workgroups(count, compiled), 1, 1],
    };
  }

  #report(first: number, count: number, results: Float32Array, outcome: Uint32Array): BatchPart {
    const { t } = this;
    const part = emptyPart(first, count, t);
    for (let i = 0; i < count; i++) {
      const status = STATUS_OF_STATE[outcome[2 * i]!] ?? ProblemStatus.notConverged;
      part.status[i] = status;
      part.evaluations[i] = outcome[2 * i + 1]!;
      if (status === ProblemStatus.notPositiveDefinite) continue;
      part.value[i] = results[t * count + i]!;
      for (let j = 0; j < t; j++) part.theta[i * t + j] = results[j * count + i]!;
    }
    return part;
  }
}

interface SolverBuffers {
  readonly settings: GPUBuffer;
  readonly samples: GPUBuffer;
  readonly starts: GPUBuffer;
  readonly results: GPUBuffer;
  readonly outcome: GPUBuffer;
  /** The shape's, by binding. */
  readonly own: Readonly<Record<string, GPUBuffer>>;
}

function createBuffers(
  buffers: BufferSet,
  shape: SolverShape,
  t: number,
  m: number,
  capacity: number,
): SolverBuffers {
  return {
    settings: buffers.uniform("settings", new ArrayBuffer(16)),
    samples: buffers.storage("samples", 4 * m * capacity),
    starts: buffers.storage("starts", 4 * t * capacity),
    results: buffers.storage("results", 4 * (t + 1) * capacity),
    outcome: buffers.storage("outcome", 8 * capacity),
    own: shape.createBuffers(buffers, capacity),
  };
}

/** Rows from … from + count − 1 of a matrix, as columns. */
function transposed(
  values: Float64Array,
  width: number,
  from: number,
  count: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(width * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < width; j++) out[j * count + i] = values[(from + i) * width + j]!;
  }
  return out;
}
