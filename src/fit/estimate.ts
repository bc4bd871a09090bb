import type { Engine, IterationProgress, Method, Problem } from "../engine/engine.ts";
import { bindSample } from "./bindSample.ts";
import { minimiseLbfgs } from "./lbfgs.ts";
import type { Minimum, MinimiseOptions } from "./minimise.ts";
import { orientLatents } from "./orientation.ts";
import { createTarget, polish, type ProblemTarget } from "./polish.ts";
import { scaleProblem, unscale } from "./scale.ts";
import { startingValues } from "./starts.ts";

/** One iteration, and the phase of the fit that it belongs to. */
export interface EstimateProgress extends IterationProgress {
  readonly phase: "compile" | "iterations" | "polish";
}

/** How parameters are estimated. */
export interface EstimateOptions {
  /** Makes the engine that does the bulk of the iterations; without it they run in float64 on the CPU. */
  readonly createEngine?: ((scaled: Problem) => Promise<Engine>) | undefined;
  /** How F is computed where no engine is given; default: the cheapest exact form. */
  readonly method?: Method | undefined;
  /** θ to start from, in the user's units; default: starting values computed from S. */
  readonly start?: Float64Array | undefined;
  /** Most further starts tried where a start fails; 0 forbids them. */
  readonly retries?: number | undefined;
  readonly seed?: number | undefined;
  readonly maxIterations?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of every iteration. */
  readonly onProgress?: ((progress: EstimateProgress) => void) | undefined;
}

/** A minimum of F and how it was reached. θ is in the user's units, the gradient in the scaled problem's. */
export interface Estimate {
  readonly theta: Float64Array;
  readonly value: number;
  readonly gradientNorm: number;
  readonly converged: boolean;
  readonly status: Minimum["status"];
  readonly iterations: { readonly engine: number; readonly polish: number };
  /** F where the engine (float32 on a GPU) stopped, before the float64 polish. */
  readonly engineValue: number;
  /** Starts that failed before this one. */
  readonly failedStarts: number;
  /** Parameters that ran off to infinity from the first start, where that failed: the data hardly determine them. */
  readonly runaway: readonly number[];
  readonly seconds: { readonly compile: number; readonly iterations: number; readonly polish: number };
  /** Of the engine, or of the CPU where there was none. */
  readonly method: Method;
  /** Most bytes of GPU buffers that the engine held at one time; 0 without one. */
  readonly engineBytes: number;
  /** The problem with sample moments bound, in the user's units. */
  readonly problem: Problem;
}

/** The scaled gradient at which a float64 fit counts as converged; where S is nearly singular Newton's decrement decides. */
export const CONVERGED = 1e-9;
/** The scaled gradient at which L-BFGS hands over to Newton. */
const NEAR = { engine: 1e-4, cpu: 1e-3 };
const MOST_ITERATIONS = 1000;
const MOST_POLISH_ITERATIONS = 60;

/**
 * Minimises F(θ) for a problem: scales to unit variances, iterates on the engine, polishes in float64 until the
 * gradient is at its floor. A start that fails is reported and retried from random perturbations.
 */
export async function estimate(stated: Problem, options: EstimateOptions = {}): Promise<Estimate> {
  const problem = { ...stated, model: bindSample(stated.model, stated.moments) };
  const scaled = scaleProblem(problem);
  const target = createTarget(scaled.problem, options.method);
  const first = options.start?.map((value, j) => value * scaled.units[j]!) ?? startingValues(scaled.problem);
  const runner = await createRunner(scaled.problem, target, options);
  const { best, failedStarts, runaway } = await runStarts(
    runner,
    allStarts(scaled.problem, first, options),
  ).finally(() => runner.dispose());
  const { polished, engine, seconds } = best;
  return {
    theta: orientLatents(problem.model, unscale(polished.theta, scaled.units)),
    value: polished.value,
    gradientNorm: polished.gradientNorm,
    converged: polished.status === "converged",
    status: polished.status,
    iterations: { engine: engine.iterations, polish: polished.iterations },
    engineValue: engine.value,
    failedStarts,
    runaway,
    seconds: { compile: runner.compileSeconds, ...seconds },
    method: runner.method,
    engineBytes: runner.bytes,
    problem,
  };
}

/** Runs one start after the other until one converges. */
async function runStarts(
  runner: Runner,
  starts: AsyncIterable<Float64Array>,
): Promise<Pick<Estimate, "failedStarts" | "runaway"> & { readonly best: Run }> {
  let best: Run | undefined;
  let failedStarts = 0;
  let runaway: readonly number[] = [];
  for await (const start of starts) {
    const run = await runner.run(start);
    const { status, theta } = run.polished;
    if (best === undefined && status !== "converged") runaway = diverged(theta);
    if (best === undefined || isBetter(run.polished, best.polished)) best = run;
    if (status === "converged" || status === "aborted") break;
    failedStarts++;
  }
  return { best: best!, failedStarts, runaway };
}

/** The first start, and random ones around it; these are fetched only where the first fails. */
async function* allStarts(
  problem: Problem,
  first: Float64Array,
  { retries = 20, seed = 1 }: EstimateOptions,
): AsyncGenerator<Float64Array> {
  yield first;
  if (retries === 0) return;
  const { retryStarts } = await import("./retries.ts");
  yield* retryStarts(problem, first, retries, seed);
}

/** No coefficient or variance of variables scaled to unit variance is meant to be this large. */
const RUNAWAY = 1e3;

function diverged(theta: Float64Array): number[] {
  return Array.from(theta.keys()).filter((j) => Math.abs(theta[j]!) > RUNAWAY);
}

interface Run {
  readonly engine: { readonly theta: Float64Array; readonly value: number; readonly iterations: number };
  readonly polished: Minimum;
  readonly seconds: { readonly iterations: number; readonly polish: number };
}

interface Runner {
  readonly compileSeconds: number;
  readonly method: Method;
  readonly bytes: number;
  run(start: Float64Array): Promise<Run>;
  dispose(): void;
}

function isBetter(candidate: Minimum, current: Minimum): boolean {
  if ((candidate.status === "converged") !== (current.status === "converged")) {
    return candidate.status === "converged";
  }
  return candidate.value < current.value;
}

async function createRunner(
  problem: Problem,
  target: ProblemTarget,
  options: EstimateOptions,
): Promise<Runner> {
  const began = performance.now();
  const engine = await options.createEngine?.(problem);
  const compileSeconds = engine ? (performance.now() - began) / 1000 : 0;
  const maxIterations = options.maxIterations ?? MOST_ITERATIONS;
  const report =
    (phase: EstimateProgress["phase"]) => (iteration: number, value: number, gradientNorm: number) =>
      options.onProgress?.({ phase, iteration, value, gradientNorm });
  const minimise: MinimiseOptions = { maxIterations, tolerance: NEAR.cpu, signal: options.signal };
  const iterate = async (start: Float64Array): Promise<Run["engine"]> => {
    if (!engine) return minimiseLbfgs(target, start, { ...minimise, onIteration: report("iterations") });
    return engine.iterate({
      start,
      optimiser: "lbfgs",
      maxIterations,
      tolerance: NEAR.engine,
      ...(options.signal && { signal: options.signal }),
      onProgress: (progress) => options.onProgress?.({ phase: "iterations", ...progress }),
    });
  };
  return {
    compileSeconds,
    method: engine?.backend.method ?? target.method,
    get bytes() {
      return engine?.backend.bytes ?? 0;
    },
    async run(start) {
      const t0 = performance.now();
      const reached = await iterate(start);
      const t1 = performance.now();
      const settings = {
        maxIterations: MOST_POLISH_ITERATIONS,
        tolerance: CONVERGED,
        signal: options.signal,
        onIteration: report("polish"),
      };
      const polished = polish(problem, target, reached.theta, settings);
      const t2 = performance.now();
      return {
        engine: reached,
        polished,
        seconds: { iterations: (t1 - t0) / 1000, polish: (t2 - t1) / 1000 },
      };
    },
    dispose: () => engine?.dispose(),
  };
}
