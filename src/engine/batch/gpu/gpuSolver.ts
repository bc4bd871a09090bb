import { LimitError } from "../../../errors.ts";
import { BufferSet, readBytes } from "../../gpu/buffers.ts";
import { bind, compile, type CompiledKernel, type Dispatch, encode, groupsOf } from "../../gpu/pipeline.ts";
import { packUniforms } from "../../gpu/uniforms.ts";
import {
  type BatchPart,
  type BatchRequest,
  type BatchSetup,
  emptyPart,
  ProblemStatus,
} from "../batchEngine.ts";
import { traceSamplePart } from "../program/samplePart.ts";
import type { Program } from "../program/program.ts";
import { GpuResampler } from "./gpuResampler.ts";
import { quasiNewton } from "./kernels.ts";
import { modelPart } from "./straightLine.ts";

/** Evaluations after which a problem is left to float64; most need about thirteen. */
const MOST_EVALUATIONS = 60;
/** What float32 can vouch for, in standard errors; the float64 engine is ten times stricter. */
const TOLERANCE = 3e-4;
/** Rounding of F relative to 1 + |F|. */
const NOISE = 4e-6;
/** WGSL grants a kernel this many bytes of private variables. */
const PRIVATE_BYTES = 8192;
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
    /** Compiles the kernel that reads shared starts, or one that reads each problem's own. */
    private readonly kernel: (ownStarts: boolean) => Promise<CompiledKernel>,
    private readonly memory: SolverBuffers,
    private readonly resampler: GpuResampler | undefined,
    private readonly tolerance: number,
    readonly t: number,
    readonly m: number,
    /** Most problems of one submission. */
    readonly capacity: number,
  ) {}

  static async create(device: GPUDevice, setup: BatchSetup, program: Program): Promise<GpuSolver> {
    const t = program.parameterCount;
    const m = program.sample.size;
    requirePrivateMemory(t, m);
    const total = setup.moments.reduce((sum, { n }) => sum + n, 0);
    const shares = setup.moments.map(({ n }) => n / total);
    const source = modelPart(program, traceSamplePart(program.sample, shares, t));
    const parts = [{ label: "model", source }];
    const buffers = new BufferSet(device, "batch");
    try {
      // `compile` keeps what it has made.
      const kernel = (ownStarts: boolean): Promise<CompiledKernel> =>
        compile(device, quasiNewton, { parts, constants: { OWN_STARTS: ownStarts ? 1 : 0 } });
      const bytes = 4 * (2 * t + 1 + m + 2) + GpuResampler.bytesPerReplicate(setup, program.sample);
      const capacity = Math.max(64, Math.min(MOST_PROBLEMS, Math.floor(MOST_BYTES / bytes)));
      const memory = createBuffers(buffers, setup, t, m, capacity);
      const resampler =
        setup.rows &&
        (await GpuResampler.create(device, buffers, setup, program.sample, memory.samples, capacity));
      const tolerance = (2 * TOLERANCE ** 2) / total;
      return new GpuSolver(device, buffers, kernel, memory, resampler, tolerance, t, m, capacity);
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  /** Compiles what a request needs, where that has not been done yet. */
  async prepare({ starts }: BatchRequest): Promise<void> {
    await this.kernel(starts.length !== this.t);
  }

  /** Solves problems from … from + count − 1 of a request in one submission. */
  async solve(request: BatchRequest, from: number, count: number): Promise<BatchPart> {
    const { device, memory, t } = this;
    const ownStarts = request.starts.length !== t;
    this.#upload(request, from, count, ownStarts);
    const dispatches: Dispatch[] = request.samples
      ? []
      : this.resampler!.prepare(request.first + from, count);
    dispatches.push(this.#search(await this.kernel(ownStarts), count));
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
    const { settings, samples, starts, inverseHessian, results, outcome } = this.memory;
    const resources = { settings, samples, starts, inverse_hessian: inverseHessian, results, outcome };
    return {
      pipeline: compiled.pipeline,
      bindGroup: bind(this.device, compiled, resources),
      workgroups: [groupsOf(count, compiled.constants["WORKGROUP"]!), 1, 1],
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
  readonly inverseHessian: GPUBuffer;
  readonly results: GPUBuffer;
  readonly outcome: GPUBuffer;
}

function createBuffers(
  buffers: BufferSet,
  setup: BatchSetup,
  t: number,
  m: number,
  capacity: number,
): SolverBuffers {
  const triangle: number[] = [];
  for (let i = 0; i < t; i++) {
    for (let j = 0; j <= i; j++) triangle.push(setup.inverseHessian[i * t + j]!);
  }
  return {
    settings: buffers.uniform("settings", new ArrayBuffer(16)),
    samples: buffers.storage("samples", 4 * m * capacity),
    starts: buffers.storage("starts", 4 * t * capacity),
    inverseHessian: buffers.storage("inverse Hessian", Float32Array.from(triangle)),
    results: buffers.storage("results", 4 * (t + 1) * capacity),
    outcome: buffers.storage("outcome", 8 * capacity),
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

/** Bytes of private variables of the kernel: ten vectors of T, the sample, the triangle of H, and scalars. */
export function privateBytes(t: number, m: number): number {
  return 4 * (10 * t + m + (t * (t + 1)) / 2 + 4);
}

function requirePrivateMemory(t: number, m: number): void {
  const needed = privateBytes(t, m);
  if (needed <= PRIVATE_BYTES) return;
  throw new LimitError(
    `A problem with ${t} parameters needs ${needed} bytes of private memory, and WGSL has ${PRIVATE_BYTES}.`,
    "Choose the backend `cpu`.",
    needed,
    PRIVATE_BYTES,
  );
}
