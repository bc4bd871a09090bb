import type { Engine, IterateOptions, IterationReport, Problem } from "../engine.ts";
import type { EvaluatorOptions } from "./design.ts";
import { adapterName, watch } from "./device.ts";
import { createEvaluator } from "./createEvaluator.ts";
import type { Evaluator } from "./evaluator.ts";
import { Optimiser, type Progress } from "./optimiser.ts";
import { fittingRounds, submit } from "./submission.ts";

/** Evaluations between two polls: few at first, because most fits are over soon, and as many as fit one submit later. */
const FIRST_ROUNDS = 8;
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
  options: EvaluatorOptions = {},
): Promise<Engine> {
  watch(device);
  const evaluator = await createEvaluator(device, problem, options);
  const { method, workspace } = evaluator;
  return {
    backend: {
      kind: "webgpu",
      adapter: adapterName(device),
      method,
      get bytes() {
        return workspace.buffers.meter.peak;
      },
    },
    evaluate: (theta) => evaluator.evaluate(theta),
    async iterate(iterate) {
      const optimiser = await Optimiser.create(workspace, iterate);
      try {
        return await run(evaluator, optimiser, iterate);
      } finally {
        optimiser.dispose();
      }
    },
    dispose: () => evaluator.dispose(),
    [Symbol.dispose]: () => evaluator.dispose(),
  };
}

async function run(
  evaluator: Evaluator,
  optimiser: Optimiser,
  options: IterateOptions,
): Promise<IterationReport> {
  const { device } = evaluator.workspace;
  const round = [...evaluator.work, optimiser.work];
  let rounds = Math.min(FIRST_ROUNDS, fittingRounds(device, round));
  let progress: Progress;
  let aborted = false;
  do {
    progress = await submit(device, round, rounds, () => optimiser.poll(), options.signal);
    options.onProgress?.({
      iteration: progress.iteration,
      value: progress.value,
      gradientNorm: progress.norm,
    });
    rounds = Math.min(2 * rounds, fittingRounds(device, round), MOST_ROUNDS);
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
