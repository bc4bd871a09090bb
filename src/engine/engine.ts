import type { Moments } from "../data/moments.ts";
import type { BatchEngine, BatchSetup } from "./batch/batchEngine.ts";
import type { CpuBatchEngine } from "./batch/cpuBatch.ts";
import type { Model } from "../model/model.ts";

/** Names of the built-in discrepancies F(Σ; S); the formulas stand in the guide "How it works". */
export type DiscrepancyName =
  | "maximumLikelihood"
  | "reverseKullbackLeibler"
  | "bhattacharyya"
  | "squaredHellinger"
  | "generalizedLeastSquares"
  | "unweightedLeastSquares";

/**
 * A discrepancy of the user's own. `evaluate` gets Σ and S (k×k, row-major), writes G = ∂F/∂Σ (symmetric, every
 * entry as its own variable) and returns F, or NaN where Σ is outside its domain.
 */
export interface CustomDiscrepancy {
  readonly name: string;
  /** Returns F(Σ; S) and writes ∂F/∂Σ into `gradient`. */
  evaluate(sigma: Float64Array, sample: Float64Array, k: number, gradient: Float64Array): number;
  /**
   * The same for the GPU: the three functions that `shaders/lib/discrepancy.wgsl` describes, `discrepancy_term`,
   * `discrepancy_value` and `discrepancy_gradient`. Without it the fit runs on the CPU.
   */
  readonly wgsl?: string;
}

/** How Σ and the gradient are computed; all agree to rounding wherever they apply. */
export type Method = "covariance" | "accumulation" | "district";

/** What an engine minimises: Σ_g (n_g / N) F(Σ_g(θ); S_g), plus the mean term where the model has means. */
export interface Problem {
  readonly model: Model;
  /** One per structure of the model; names in the order of that structure's observed variables. */
  readonly moments: readonly Moments[];
  readonly discrepancy: DiscrepancyName | CustomDiscrepancy;
}

/** "notPositiveDefinite": Σ(θ) left the cone, `value` is +Infinity. Failure is a value, never an invented number. */
export type EvaluationStatus = "ok" | "notPositiveDefinite" | "notFinite";

/** F and ∂F/∂θ at one θ. `gradient` is only meaningful where `status` is "ok". */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly status: EvaluationStatus;
}

/** What computed a fit, and why it was chosen. */
export interface BackendDescription {
  readonly kind: "cpu" | "webgpu";
  /** Vendor and architecture of the adapter; "float64" on the CPU. */
  readonly adapter: string;
  readonly method: Method;
  /** Most bytes of GPU buffers held at one time so far; absent on the CPU. */
  readonly bytes?: number;
}

/** One iteration of an optimiser. */
export interface IterationProgress {
  readonly iteration: number;
  readonly value: number;
  /** max_j |∂F/∂θ_j| in the scaled problem. */
  readonly gradientNorm: number;
}

/** The optimisers of the iterations; the polish in float64 comes after any of them. */
export type OptimiserName = "lbfgs" | "adam" | "adamax" | "sgd";

/** How an engine iterates. */
export interface IterateOptions {
  readonly start: Float64Array;
  readonly optimiser: OptimiserName;
  readonly learningRate?: number;
  /** Of first-order methods: how the learning rate falls. Default "constant". */
  readonly schedule?: "constant" | "inverseSquareRoot" | "cosine";
  /** Of `sgd`: the share of the last step that is taken again. Default 0. */
  readonly momentum?: number;
  readonly maxIterations: number;
  /** Stop when max_j |∂F/∂θ_j| is below this. */
  readonly tolerance: number;
  readonly signal?: AbortSignal;
  /** Hears of iterations, as far as the engine learns of them while it runs. */
  readonly onProgress?: (progress: IterationProgress) => void;
}

/** Where the iterations ended, and why. */
export interface IterationReport {
  readonly theta: Float64Array;
  readonly value: number;
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly status:
    "converged" | "stalled" | "iterationLimit" | "notPositiveDefinite" | "notFinite" | "aborted";
}

/** One problem on one device. Owns its buffers; `dispose` frees them. */
export interface Engine extends Disposable {
  readonly backend: BackendDescription;
  /** Discrepancy and gradient at θ; a Σ that is not positive definite is a status of the answer. */
  evaluate(theta: Float64Array): Promise<Evaluation>;
  /** Runs the optimiser on the engine's own device, polling rarely. */
  iterate(options: IterateOptions): Promise<IterationReport>;
  /** Frees what the engine holds on its device; the device itself stays. */
  dispose(): void;
}

/** A source of engines on one GPU device, passed to `fit` by whoever owns the device. */
export interface GpuBackend {
  /** Vendor and architecture of the adapter. */
  readonly adapter: string;
  /** Whether the adapter is a real GPU rather than software WebGPU. */
  readonly hardware: boolean;
  /** Seconds from now until a kernel of a new problem can run, for the cost model. */
  readonly startSeconds: number;
  /** Why this problem cannot run on the GPU, in one sentence; `undefined` where it can. */
  obstacle(problem: Problem): string | undefined;
  /** An engine for one problem on this device. */
  createEngine(problem: Problem, method: Method | undefined): Promise<Engine>;
  /**
   * An engine for many problems of one model in float32; what that cannot settle it passes to `float64`, which it owns
   * from then on. Rejects with LimitError where a problem is too large for the device.
   */
  createBatch(setup: BatchSetup, float64: CpuBatchEngine, options: GpuBatchOptions): Promise<BatchEngine>;
}

/** How a batch comes to a GPU. */
export interface GpuBatchOptions {
  /** One sentence: why the GPU. */
  readonly reason: string;
  /**
   * Problems with numbers below this are solved in float64 meanwhile, so that the first results never wait for a shader
   * compiler. A number, because results must not depend on how long that takes.
   */
  readonly headStart: number;
}
