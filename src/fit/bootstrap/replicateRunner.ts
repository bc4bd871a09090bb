import type { Moments } from "../../data/moments.ts";
import { type BatchEngine, type BatchPart, ProblemStatus } from "../../engine/batch/batchEngine.ts";
import { packSample } from "../../engine/batch/program/sampleLayout.ts";
import { admissibilityOf } from "./admissible.ts";
import { OneByOne } from "./oneByOne.ts";
import type { ReplicateProblem } from "./replicateProblem.ts";
import type { Replicates, ReplicatesRequest } from "./replicates.ts";
import { type SolveOne, solveScaled } from "./solveOne.ts";

/** Fits one replicate alone, in scaled units. */
export function scaledSolver(
  { resampler, seed, problem }: ReplicatesRequest,
  { scaled }: ReplicateProblem,
): SolveOne {
  return async (index, start) => {
    const moments = scaleLike(resampler.moments(index), problem.moments);
    return solveScaled(scaled, moments, start, seed);
  };
}

/** Moments in units of the full sample's standard deviations. */
function scaleLike(moments: readonly Moments[], full: readonly Moments[]): Moments[] {
  return moments.map((group, g) => {
    const k = group.names.length;
    const deviations = Float64Array.from({ length: k }, (_, i) => Math.sqrt(full[g]!.covariance[i * k + i]!));
    return {
      ...group,
      covariance: group.covariance.map(
        (value, i) => value / (deviations[Math.floor(i / k)]! * deviations[i % k]!),
      ),
      mean: group.mean?.map((value, i) => value / deviations[i]!),
    };
  });
}

/** Runs chunks: batch, single fits for what the batch gave up, back to the user's units. */
export class ReplicateRunner {
  retried = 0;
  readonly #isAdmissible: (theta: ArrayLike<number>) => boolean;
  readonly #began = performance.now();
  #done = 0;

  constructor(
    private readonly request: ReplicatesRequest,
    /** Absent where replicates are fitted alone, in the user's units. */
    private readonly prepared: ReplicateProblem | undefined,
    private readonly engine: BatchEngine,
  ) {
    this.#isAdmissible = admissibilityOf(request.problem.model);
  }

  async run(first: number, count: number): Promise<Replicates> {
    const { request, prepared } = this;
    const part = await this.engine.solve({
      first,
      count,
      starts: prepared?.start ?? request.theta,
      samples: this.#samples(first, count),
      signal: request.signal,
      onPart: ({ count: finished }) => this.#report(finished),
    });
    const t = request.theta.length;
    const inadmissible = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const own = part.theta.subarray(i * t, i * t + t);
      if (prepared && this.#needsRetry(prepared, part.status[i]!, own)) {
        await this.#retry(prepared, part, i, own);
      }
      if (prepared) for (let j = 0; j < t; j++) own[j]! /= prepared.units[j]!;
      if (part.status[i] === ProblemStatus.converged && !this.#isAdmissible(own)) inadmissible[i] = 1;
    }
    return { ...part, inadmissible };
  }

  /** Sample vectors where the engine cannot draw them itself. */
  #samples(first: number, count: number): Float64Array | undefined {
    const { resampler, problem } = this.request;
    const program = this.prepared?.program;
    if (!program || this.prepared?.setup.rows) return undefined;
    const { size } = program.sample;
    const samples = new Float64Array(count * size);
    for (let i = 0; i < count; i++) {
      const moments = scaleLike(resampler.moments(first + i), problem.moments);
      packSample(program.sample, moments, samples.subarray(i * size, i * size + size));
    }
    return samples;
  }

  #needsRetry({ scaled }: ReplicateProblem, status: number, theta: Float64Array): boolean {
    if (this.engine instanceof OneByOne) return false;
    if (status === ProblemStatus.notRun) return false;
    if (status !== ProblemStatus.converged) return true;
    return scaled.model.parameters.some(({ lower, upper }, j) => theta[j]! < lower || theta[j]! > upper);
  }

  async #retry(prepared: ReplicateProblem, part: BatchPart, i: number, theta: Float64Array): Promise<void> {
    if (this.request.signal?.aborted) {
      // Not what a full run would say of it, so it counts as not run.
      part.status[i] = ProblemStatus.notRun;
      return;
    }
    this.retried++;
    const solved = await scaledSolver(this.request, prepared)(part.first + i, prepared.start);
    theta.set(solved.theta);
    part.value[i] = solved.value;
    part.status[i] = solved.status;
  }

  #report(finished: number): void {
    this.#done += finished;
    const seconds = (performance.now() - this.#began) / 1000;
    const { count, onProgress } = this.request;
    onProgress?.({
      done: this.#done,
      count,
      seconds,
      secondsLeft: (seconds * (count - this.#done)) / this.#done,
    });
  }
}
