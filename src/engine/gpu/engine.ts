import type { Engine, IterateOptions, IterationReport, Method, Problem } from "../engine.ts";
import { adapterName, throwIfLost, watch } from "./device.ts";
import { createEvaluator } from "./createEvaluator.ts";
import type { Evaluator } from "./evaluator.ts";
import { Optimiser, type Progress } from "./optimiser.ts";
import { encode } from "./pipeline.ts";

export interface GpuEngineOptions {
  /** Default: the cheapest by the plan's cost model. */
  readonly method?: Method | undefined;
}

/** Milliseconds of work that one submit should hold, and never more than: the watchdog's patience is a few seconds. */
const SUBMIT_AIM = 40;
const MOST_ROUNDS = 256;

/**
 * The engine of a problem on a device: all work of an iteration stays there, in float32.
 * Give it the problem scaled to unit variances.
 *
 * @throws ShaderError, LimitError, DeviceLostError, or DataError where S is singular.
 */
export async function createGpuEngine(
  device: GPUDevice,
  problem: Problem,
  options: GpuEngineOptions = {},
): Promise<Engine> {
  watch(device);
  const method = options.method ?? "covariance";
  const evaluator = await createEvaluator(device, problem, { method });
  return {
    backend: { kind: "webgpu", adapter: adapterName(device), method },
    evaluate: (theta) => evaluator.evaluate(theta),
    iterate: (iterate) => run(evaluator, iterate),
    dispose: () => evaluator.dispose(),
    [Symbol.dispose]: () => evaluator.dispose(),
  };
}

async function run(evaluator: Evaluator, options: IterateOptions): Promise<IterationReport> {
  using optimiser = await Optimiser.create(evaluator.workspace, options);
  let rounds = 4;
  let progress: Progress;
  let aborted = false;
  do {
    throwIfLost(evaluator.workspace.device);
    const began = performance.now();
    submitRounds(evaluator, optimiser, rounds);
    progress = await optimiser.poll();
    const milliseconds = performance.now() - began;
    options.onProgress?.({
      iteration: progress.iteration,
      value: progress.value,
      gradientNorm: progress.norm,
    });
    rounds = nextRounds(rounds, milliseconds);
    aborted = options.signal?.aborted ?? false;
  } while (progress.status === "running" && !aborted);
  return {
    theta: await optimiser.theta(),
    value: progress.value,
    gradientNorm: progress.norm,
    iterations: progress.iteration,
    status: progress.status === "running" ? "aborted" : progress.status,
  };
}

/** One submit of several evaluations, each followed by a step. */
function submitRounds(evaluator: Evaluator, optimiser: Optimiser, rounds: number): void {
  const { device } = evaluator.workspace;
  const encoder = device.createCommandEncoder({ label: "iterate" });
  const pass = encoder.beginComputePass({ label: "iterate" });
  for (let round = 0; round < rounds; round++) {
    encode(pass, evaluator.work);
    encode(pass, [optimiser.dispatch]);
  }
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/** Sizes the next submit from the last one's time; it grows slowly, because a hasty guess could meet the watchdog. */
function nextRounds(rounds: number, milliseconds: number): number {
  const fitting = Math.floor((rounds * SUBMIT_AIM) / Math.max(milliseconds, 0.1));
  return Math.max(1, Math.min(2 * rounds, fitting, MOST_ROUNDS));
}
