import type { Moments } from "../../data/moments.ts";
import type { Model } from "../../model/model.ts";

/** Rows of one group's data, row-major rows×k in the order of the sample, in the units of the model that is fitted. */
export interface GroupRows {
  readonly rows: number;
  readonly values: Float64Array;
}

/** What all problems of a batch have in common. */
export interface BatchSetup {
  /** Scaled to unit variances, sample entries still marked. Bounds are not looked at. */
  readonly model: Model;
  /** The full sample's moments, one per group: they tell n, and where `rows` is given they are those of the rows. */
  readonly moments: readonly Moments[];
  /** Data to resample cases from, one per group; absent where every problem brings its own sample. */
  readonly rows?: readonly GroupRows[] | undefined;
  readonly seed: number;
  /** t×t inverse Hessian of F that every problem starts with. */
  readonly inverseHessian: Float64Array;
  /** A problem has converged when its estimated distance to the optimum is below this many standard errors. */
  readonly toleranceInStandardErrors: number;
  /** Evaluations after which a problem is given up (one restart gets as many again). */
  readonly mostEvaluations: number;
}

/** How a problem ended. "notRun": the batch was aborted before its turn. */
export const ProblemStatus = { converged: 0, notConverged: 1, notPositiveDefinite: 2, notRun: 3 } as const;

export interface BatchRequest {
  /** Number of the first problem: replicate i resamples by stream i of the seed, whatever batch it is in. */
  readonly first: number;
  readonly count: number;
  /** θ to start from: t numbers for all problems, or count×t. */
  readonly starts: Float64Array;
  /** Sample vectors (`layoutSample`): m numbers for all problems, or count×m. Absent: cases are resampled. */
  readonly samples?: Float64Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of every finished part of the batch, in no particular order. */
  readonly onPart?: ((part: BatchPart) => void) | undefined;
}

/** Problems first … first + count − 1 and what came of them. */
export interface BatchPart {
  readonly first: number;
  readonly count: number;
  /** count×t; NaN where a problem has no estimate. */
  readonly theta: Float64Array;
  /** F at θ; NaN where there is none. */
  readonly value: Float64Array;
  /** `ProblemStatus` by problem. */
  readonly status: Uint8Array;
  readonly evaluations: Uint16Array;
}

export interface BatchBackend {
  readonly kind: "cpu" | "webgpu";
  /** What runs: "float64 WebAssembly, 2 threads", an adapter, "float64 JavaScript". */
  readonly description: string;
  /** One sentence: why this one. */
  readonly reason: string;
}

/**
 * Solves many problems of one model: maximum likelihood for different samples or from different starts.
 * A problem's result depends on nothing but the problem: not on its neighbours, nor on how a batch is cut.
 */
export interface BatchEngine extends Disposable {
  readonly backend: BatchBackend;
  /** Resolves with what is done when everything is, or when the signal aborts. */
  solve(request: BatchRequest): Promise<BatchPart>;
  dispose(): void;
}

/** A part with room for `count` problems, none of them run. */
export function emptyPart(first: number, count: number, t: number): BatchPart {
  return {
    first,
    count,
    theta: new Float64Array(count * t).fill(NaN),
    value: new Float64Array(count).fill(NaN),
    status: new Uint8Array(count).fill(ProblemStatus.notRun),
    evaluations: new Uint16Array(count),
  };
}

/** Copies a part to its place in the batch that contains it. */
export function placePart(whole: BatchPart, part: BatchPart): void {
  const offset = part.first - whole.first;
  const t = part.theta.length / part.count;
  whole.theta.set(part.theta, offset * t);
  whole.value.set(part.value, offset);
  whole.status.set(part.status, offset);
  whole.evaluations.set(part.evaluations, offset);
}
