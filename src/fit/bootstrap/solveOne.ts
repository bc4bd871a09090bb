import type { Moments } from "../../data/moments.ts";
import { ProblemStatus } from "../../engine/batch/batchEngine.ts";
import { invertPositiveDefinite } from "../../engine/cpu/linalg.ts";
import type { Problem } from "../../engine/engine.ts";
import { bindSample } from "../bindSample.ts";
import { minimiseLbfgs } from "../lbfgs.ts";
import { createTarget, polish } from "../polish.ts";
import { retryStarts } from "../retries.ts";
import { startingValues } from "../starts.ts";

/** What came of one problem that was solved alone. */
export interface Solved {
  readonly theta: Float64Array;
  readonly value: number;
  /** A value of `ProblemStatus`. */
  readonly status: number;
}

/** Solves one problem on its own: replicate number `index` from `start`. */
export type SolveOne = (index: number, start: Float64Array) => Promise<Solved>;

const NEAR = 1e-4;
const CONVERGED = 1e-8;
/** Where F has no minimum, as in many a failing replicate, every further try only costs time. */
const MOST_ITERATIONS = 400;
const MOST_POLISH_ITERATIONS = 20;
const RETRIES = 1;

/**
 * Fits a scaled problem to other moments with everything that a single fit has: bounds, a line search that keeps Σ in
 * its cone, Newton to the floor of the gradient. Starts from `start`, then from values computed from the moments, then
 * from random ones; the first that converges counts.
 */
export function solveScaled(
  scaled: Problem,
  moments: readonly Moments[],
  start: Float64Array,
  seed: number,
): Solved {
  const isDefinite = moments.every(({ covariance, names }) =>
    invertPositiveDefinite(covariance, names.length),
  );
  if (!isDefinite)
    return { theta: start.map(() => NaN), value: NaN, status: ProblemStatus.notPositiveDefinite };
  const problem: Problem = { ...scaled, moments, model: bindSample(scaled.model, moments) };
  const target = createTarget(problem);
  let last: Solved | undefined;
  for (const from of starts(problem, start, seed)) {
    const near = minimiseLbfgs(target, from, settings(MOST_ITERATIONS, NEAR));
    const { theta, value, status } = polish(
      problem,
      target,
      near.theta,
      settings(MOST_POLISH_ITERATIONS, CONVERGED),
    );
    if (status === "converged") return { theta, value, status: ProblemStatus.converged };
    if (Number.isFinite(value)) last ??= { theta, value, status: ProblemStatus.notConverged };
  }
  return last ?? { theta: start.map(() => NaN), value: NaN, status: ProblemStatus.notPositiveDefinite };
}

function* starts(problem: Problem, start: Float64Array, seed: number): Generator<Float64Array> {
  yield start;
  const computed = startingValues(problem);
  yield computed;
  yield* retryStarts(problem, computed, RETRIES, seed);
}

function settings(maxIterations: number, tolerance: number): Parameters<typeof minimiseLbfgs>[2] {
  return { maxIterations, tolerance, signal: undefined };
}
