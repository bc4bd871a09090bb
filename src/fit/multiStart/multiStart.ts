import {
  type BatchBackend,
  type BatchEngine,
  type BatchPart,
  ProblemStatus,
} from "../../engine/batch/batchEngine.ts";
import { packSample } from "../../engine/batch/program/sampleLayout.ts";
import type { Problem } from "../../engine/engine.ts";
import { bindSample } from "../bindSample.ts";
import { type EngineOptions, openEngine } from "../bootstrap/openEngine.ts";
import { prepareReplicates, type ReplicateProblem } from "../bootstrap/replicateProblem.ts";
import type { SolveOne } from "../bootstrap/solveOne.ts";
import { orientLatents } from "../orientation.ts";
import { createTarget, polish } from "../polish.ts";
import { minimiseLbfgs } from "../lbfgs.ts";
import { scaleProblem, unscale } from "../scale.ts";
import { startingValues } from "../starts.ts";
import { clusterOptima, type Ending, type Optimum } from "./optima.ts";
import { RandomStarts } from "./randomStarts.ts";

export interface MultiStartOptions extends EngineOptions {
  readonly starts: number;
  /** 1 unless said. */
  readonly seed?: number | undefined;
  /** Ends the search early; the result then has what is done. */
  readonly signal?: AbortSignal | undefined;
  /** `done` counts starts that have ended in a minimum. */
  readonly onProgress?: ((progress: { readonly done: number; readonly count: number }) => void) | undefined;
}

export interface MultiStartResult {
  /** Starts that were run: fewer than asked for where the search was ended early. */
  readonly tried: number;
  /** Starts that ended in a minimum, and those of them that needed a redrawn start. */
  readonly converged: number;
  readonly retried: number;
  /** Best first; θ in the user's units. Empty where nothing converged. */
  readonly optima: readonly Optimum[];
  readonly backend: BatchBackend;
  readonly seconds: number;
}

/** Attempts for one start before it counts as failed. */
const MOST_ATTEMPTS = 12;
/** Most starts need fewer than 60 evaluations; those on a slope without a minimum would go on for ever. */
const MOST_EVALUATIONS = 100;
/** Starts that are drawn at a time. */
const BLOCK = 4096;
const NEAR = 1e-4;
const CONVERGED = 1e-9;

/**
 * Minimises F from many random starts and tells which minima they lead to.
 *
 * A start that runs off to infinity or leaves the domain is drawn anew, each time closer to the start that is computed
 * from the data (`RandomStarts`), up to 12 times; the result says how many needed it.
 */
export async function multiStart(stated: Problem, options: MultiStartOptions): Promise<MultiStartResult> {
  const began = performance.now();
  const problem: Problem = { ...stated, model: bindSample(stated.model, stated.moments) };
  const { problem: scaled, units } = scaleProblem(problem);
  const centre = startingValues(scaled);
  const starts = new RandomStarts(scaled, centre, options.seed ?? 1);
  const prepared = prepareReplicates(problem, unscale(centre, units), { rows: undefined }, 0);
  using engine = await engineFor(prepared, options);
  const { endings, tried, retried } = await runAttempts(engine, prepared, starts, options);
  const target = createTarget(scaled);
  const optima = clusterOptima(endings, (theta) => {
    const settings = { maxIterations: 100, tolerance: CONVERGED, signal: undefined };
    const { status, theta: polished, value } = polish(scaled, target, theta, settings);
    return status === "converged" ? { theta: polished, value } : undefined;
  });
  return {
    tried,
    converged: optima.reduce((sum, { count }) => sum + count, 0),
    retried,
    optima: optima.map(({ theta, value, count }) => ({
      theta: orientLatents(problem.model, unscale(theta, units)),
      value,
      count,
    })),
    backend: engine.backend,
    seconds: (performance.now() - began) / 1000,
  };
}

interface Attempts {
  readonly endings: readonly Ending[];
  readonly tried: number;
  readonly retried: number;
}

/** Runs the starts block by block, each until all of it has converged or run out of attempts. */
async function runAttempts(
  engine: BatchEngine,
  prepared: ReplicateProblem,
  starts: RandomStarts,
  options: MultiStartOptions,
): Promise<Attempts> {
  const { starts: count, signal } = options;
  const blocks: Attempts[] = [];
  let done = 0;
  for (let from = 0; from < count; from += BLOCK) {
    if (signal?.aborted) break;
    const indices = Array.from({ length: Math.min(BLOCK, count - from) }, (_, i) => from + i);
    const block = await runBlock(engine, prepared, starts, indices, done, options);
    blocks.push(block);
    done += block.endings.length;
  }
  const sum = (of: (block: Attempts) => number): number => blocks.reduce((all, block) => all + of(block), 0);
  return {
    endings: blocks.flatMap(({ endings }) => endings),
    tried: sum(({ tried }) => tried),
    retried: sum(({ retried }) => retried),
  };
}

async function runBlock(
  engine: BatchEngine,
  { scaled, program }: ReplicateProblem,
  starts: RandomStarts,
  indices: readonly number[],
  before: number,
  { starts: count, signal, onProgress }: MultiStartOptions,
): Promise<Attempts> {
  const t = scaled.model.parameters.length;
  const samples = program && packSample(program.sample, scaled.moments);
  const endings: Ending[] = [];
  let retried = 0;
  let tried = 0;
  let waiting = indices;
  for (let attempt = 0; attempt < MOST_ATTEMPTS && waiting.length > 0; attempt++) {
    if (signal?.aborted) break;
    const drawn = new Float64Array(waiting.length * t);
    waiting.forEach((index, i) => drawn.set(starts.draw(index, attempt), i * t));
    let settled = before + endings.length;
    const onPart = (part: BatchPart): void => {
      settled += part.status.filter((one) => one === ProblemStatus.converged).length;
      onProgress?.({ done: settled, count });
    };
    const request = { first: 0, count: waiting.length, starts: drawn, samples, signal, onPart };
    const { theta, value, status } = await engine.solve(request);
    if (attempt === 0) tried = status.filter((one) => one !== ProblemStatus.notRun).length;
    const failed: number[] = [];
    waiting.forEach((index, i) => {
      const own = theta.slice(i * t, i * t + t);
      if (status[i] !== ProblemStatus.converged || !isWithinBounds(scaled, own)) failed.push(index);
      else {
        endings.push({ theta: own, value: value[i]! });
        if (attempt > 0) retried++;
      }
    });
    waiting = failed;
    onProgress?.({ done: before + endings.length, count });
  }
  return { endings, tried, retried };
}

function isWithinBounds({ model }: Problem, theta: Float64Array): boolean {
  return model.parameters.every(({ lower, upper }, j) => theta[j]! >= lower && theta[j]! <= upper);
}

async function engineFor(prepared: ReplicateProblem, options: MultiStartOptions): Promise<BatchEngine> {
  const { program, scaled, setup } = prepared;
  const isBounded = scaled.model.parameters.some(({ lower, upper }) => lower > -Infinity || upper < Infinity);
  const task = {
    setup: { ...setup, mostEvaluations: MOST_EVALUATIONS },
    program,
    count: options.starts,
    solveOne: solveAlone(scaled),
    obstacle: isBounded ? "parameters have bounds" : undefined,
  };
  return openEngine(task, options);
}

/** One start alone in float64, with bounds and any discrepancy. */
function solveAlone(scaled: Problem): SolveOne {
  const target = createTarget(scaled);
  return async (_, start) => {
    const near = minimiseLbfgs(target, start, { maxIterations: 500, tolerance: NEAR, signal: undefined });
    const { theta, value, status } = polish(scaled, target, near.theta, {
      maxIterations: 50,
      tolerance: CONVERGED,
      signal: undefined,
    });
    const isConverged = status === "converged";
    return { theta, value, status: isConverged ? ProblemStatus.converged : ProblemStatus.notConverged };
  };
}
