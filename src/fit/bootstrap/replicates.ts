import {
  type BatchBackend,
  type BatchEngine,
  type BatchPart,
  emptyPart,
  placePart,
} from "../../engine/batch/batchEngine.ts";
import type { Problem } from "../../engine/engine.ts";
import { OneByOne } from "./oneByOne.ts";
import { type EngineOptions, openEngine } from "./openEngine.ts";
import { prepareReplicates, type ReplicateProblem } from "./replicateProblem.ts";
import type { Resampler } from "./resampler.ts";
import { ReplicateRunner, scaledSolver } from "./replicateRunner.ts";
import type { SolveOne } from "./solveOne.ts";

/** Replicates are handed on in runs of this many, in order; also the memory that parametric samples take at a time. */
const CHUNK = 8192;
/** The same where every replicate takes its time. */
const SLOW_CHUNK = 64;

export interface ReplicatesRequest extends EngineOptions {
  /** Sample entries bound, user's units. */
  readonly problem: Problem;
  /** The estimate that the replicates scatter around. */
  readonly theta: Float64Array;
  readonly resampler: Resampler;
  readonly seed: number;
  /** Replicates first … first + count − 1. */
  readonly first: number;
  readonly count: number;
  /** Replicates of the whole run, all shards together; `count` unless said. The engine is chosen for them. */
  readonly of?: number | undefined;
  /** How to fit one replicate where the batched engine cannot (θ in the user's units). */
  readonly alone?: { readonly reason: string; readonly solveOne: SolveOne } | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReplicateProgress) => void) | undefined;
  /** Replicates handed on at a time; a number that suits the engine unless said. */
  readonly chunk?: number | undefined;
  /** Gets every chunk of finished replicates, in order. */
  readonly onChunk?: ((chunk: Replicates) => void | Promise<void>) | undefined;
}

export interface ReplicateProgress {
  readonly done: number;
  readonly count: number;
  /** Seconds so far, and expected from now to the end. */
  readonly seconds: number;
  readonly secondsLeft: number;
}

/** Estimates of replicates first … first + count − 1, in the user's units. */
export interface Replicates extends BatchPart {
  /** 1 where a converged replicate has a negative variance or a correlation beyond ±1. */
  readonly inadmissible: Uint8Array;
}

export interface ReplicateRun {
  readonly replicates: Replicates;
  readonly backend: BatchBackend;
  /** Replicates that the batched engine gave up and a single fit finished or gave up too. */
  readonly retried: number;
  readonly seconds: { readonly compile: number; readonly run: number };
}

/**
 * Fits the model to every replicate, starting from the full sample's estimate.
 *
 * Failures are part of the result: a replicate that does not converge, or whose S is not positive definite, keeps its
 * place and says so. Signs of latents are not turned: replicates stay on the side of the estimate they start from.
 */
export async function runReplicates(request: ReplicatesRequest): Promise<ReplicateRun> {
  const began = performance.now();
  const { problem, theta, resampler, seed, alone } = request;
  const prepared = alone ? undefined : prepareReplicates(problem, theta, resampler, seed);
  using engine = await engineFor(request, prepared);
  const compiled = performance.now();
  const runner = new ReplicateRunner(request, prepared, engine);
  const chunks: Replicates[] = [];
  const most = request.chunk ?? (engine instanceof OneByOne ? SLOW_CHUNK : CHUNK);
  for (let from = 0; from < request.count && !request.signal?.aborted; from += most) {
    const chunk = await runner.run(request.first + from, Math.min(most, request.count - from));
    chunks.push(chunk);
    await request.onChunk?.(chunk);
  }
  return {
    replicates: joinReplicates(chunks, request.first, request.theta.length),
    backend: engine.backend,
    retried: runner.retried,
    seconds: { compile: (compiled - began) / 1000, run: (performance.now() - compiled) / 1000 },
  };
}

async function engineFor(
  request: ReplicatesRequest,
  prepared: ReplicateProblem | undefined,
): Promise<BatchEngine> {
  if (!prepared) {
    const { solveOne, reason } = request.alone!;
    return new OneByOne(solveOne, request.theta.length, reason);
  }
  const { setup, program } = prepared;
  const count = request.of ?? request.count;
  const task = { setup, program, count, solveOne: scaledSolver(request, prepared) };
  return openEngine(task, request);
}

/** Replicates in the order of their numbers, those that were never reached left out. */
export function joinReplicates(chunks: readonly Replicates[], first: number, t: number): Replicates {
  const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
  const whole = { ...emptyPart(first, count, t), inadmissible: new Uint8Array(count) };
  for (const chunk of chunks) {
    placePart(whole, chunk);
    whole.inadmissible.set(chunk.inadmissible, chunk.first - first);
  }
  return whole;
}
