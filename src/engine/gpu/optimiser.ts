import type { IterateOptions, IterationReport, OptimiserName } from "../engine.ts";
import { BufferSet, readBytes } from "./buffers.ts";
import { isSoftware } from "./device.ts";
import { dispatchOver } from "./dispatch.ts";
import { lbfgsStep, PROGRESS_FIELDS } from "./stepKernels.ts";
import type { Work } from "./linalg/algebra.ts";
import { packUniforms } from "./uniforms.ts";
import type { Workspace } from "./workspace.ts";

/** What a step kernel wrote about its run; `status` in the numbering of shaders/lib/progress.wgsl. */
export interface Progress {
  readonly status: "running" | Exclude<IterationReport["status"], "aborted">;
  readonly iteration: number;
  readonly evaluations: number;
  readonly value: number;
  readonly norm: number;
}

const STATUSES = [
  "running",
  "converged",
  "stalled",
  "notPositiveDefinite",
  "notFinite",
  "iterationLimit",
] as const satisfies readonly Progress["status"][];

const SCHEDULES = { constant: 0, inverseSquareRoot: 1, cosine: 2 } as const;
const RULES = { sgd: 0, adam: 1, adamax: 2 } as const;
const RATES: Readonly<Record<OptimiserName, number>> = { lbfgs: 1, sgd: 0.01, adam: 0.01, adamax: 0.01 };

/** Rows of `vectors`: the point, the direction and 2·8 + 1 basis vectors, or two moments and the last θ. */
const LBFGS_BASIS = 17;
const LBFGS_VECTORS = LBFGS_BASIS + 2;
const FIRST_ORDER_VECTORS = 3;
const SOFTWARE_WORKGROUP = 8;

/** The step of one optimiser on a workspace, with its state. Dispatch it after every evaluation. */
export class Optimiser implements Disposable {
  private constructor(
    private readonly workspace: Workspace,
    private readonly buffers: BufferSet,
    private readonly progressBuffer: GPUBuffer,
    /** Where the accepted point stands: L-BFGS keeps it apart from the trial. */
    private readonly point: GPUBuffer,
    readonly work: Work,
  ) {}

  static async create(workspace: Workspace, options: IterateOptions): Promise<Optimiser> {
    const { device, theta, slope, evaluation, status, graph } = workspace;
    const count = graph.parameterCount;
    const buffers = new BufferSet(device, "optimiser", workspace.buffers.meter);
    try {
      const isLbfgs = options.optimiser === "lbfgs";
      const kernel = isLbfgs ? lbfgsStep : (await import("./firstOrderKernel.ts")).firstOrderStep;
      const settings = {
        parameters: count,
        iterations: options.maxIterations,
        tolerance: options.tolerance,
        noise: noiseOf(graph.k),
        floor: noiseOf(graph.k) + 2 ** -24 * workspace.sampleCondition,
        rate: options.learningRate ?? RATES[options.optimiser],
        momentum: options.momentum ?? 0,
        schedule: SCHEDULES[options.schedule ?? "constant"],
      };
      const progress = buffers.storage("progress", 4 * Object.keys(PROGRESS_FIELDS).length);
      const vectors = buffers.storage("vectors", 4 * count * (isLbfgs ? LBFGS_VECTORS : FIRST_ORDER_VECTORS));
      const resources = {
        settings: buffers.uniform("settings", packUniforms(kernel.uniforms, settings)),
        slope,
        evaluation,
        status,
        theta,
        vectors,
        progress,
        gram: buffers.storage("gram", isLbfgs ? 4 * LBFGS_BASIS ** 2 : 0),
        partial: buffers.storage("partial", isLbfgs ? 12 * LBFGS_BASIS * kernel.constants.WORKGROUP : 0),
      };
      const constants: Record<string, number> =
        options.optimiser === "lbfgs" ? {} : { RULE: RULES[options.optimiser] };
      // Software pays for a barrier by the invocation, and gains nothing from their number.
      if (isSoftware(device)) constants["WORKGROUP"] = SOFTWARE_WORKGROUP;
      const work = await dispatchOver(device, kernel, resources, [1], { constants });
      device.queue.writeBuffer(theta, 0, Float32Array.from(options.start));
      return new Optimiser(workspace, buffers, progress, isLbfgs ? vectors : theta, work);
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  /** Waits for the queue and reads how far the run has come. */
  async poll(): Promise<Progress> {
    const bytes = await readBytes(this.workspace.device, this.progressBuffer);
    const view = new DataView(bytes);
    const at = (name: keyof typeof PROGRESS_FIELDS): number => {
      const offset = 4 * Object.keys(PROGRESS_FIELDS).indexOf(name);
      return PROGRESS_FIELDS[name] === "f32" ? view.getFloat32(offset, true) : view.getUint32(offset, true);
    };
    return {
      status: STATUSES[at("status")] ?? "notFinite",
      iteration: at("iteration"),
      evaluations: at("evaluations"),
      value: at("value"),
      norm: at("norm"),
    };
  }

  /** θ at the last accepted point. */
  async theta(): Promise<Float64Array> {
    const bytes = await readBytes(this.workspace.device, this.point, 4 * this.workspace.graph.parameterCount);
    return Float64Array.from(new Float32Array(bytes));
  }

  dispose(): void {
    this.buffers.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** What rounding leaves uncertain in F: it is a sum of k terms of order one, each known to a few units of 2⁻²⁴. */
function noiseOf(k: number): number {
  return 2e-6 + 2e-7 * k;
}
