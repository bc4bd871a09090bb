import { Objective } from "../../../src/engine/cpu/objective.ts";
import type { Method } from "../../../src/engine/engine.ts";
import { createEvaluator } from "../../../src/engine/gpu/createEvaluator.ts";
import { Optimiser } from "../../../src/engine/gpu/optimiser.ts";
import { submit } from "../../../src/engine/gpu/submission.ts";
import { type Contender, interleave, summarise, type Timing } from "../measure.ts";
import { CPU_PREFIX, OURS } from "../solver/contenders.ts";
import { layeredWork } from "../solver/layered.ts";
import type { Shape } from "../solverProblems.ts";
import { pageDevice } from "./evaluate.ts";
import { endless, problemOf } from "./iterations.ts";
import { createPeers } from "./peers.ts";

/** Contenders on one problem, timed in turns. */
export interface Contest {
  readonly shape: Shape;
  readonly p: number;
  /** Milliseconds; one round only of what takes seconds. */
  readonly timings: readonly Timing[];
  /** Largest deviation of each peer's ∂F/∂Λ from float64, relative to its largest entry. */
  readonly deviations: Readonly<Record<string, number>>;
  /** Peers that were asked for and left out, with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** Dispatches of an iteration with a dispatch a layer. */
  readonly layeredDispatches: number;
}

const RUN_MILLISECONDS = 50;
const ITERATIONS = 20;

/**
 * Times F and its gradient by our engines and the peers, each evaluation waited for and read back, and iterations with
 * L-BFGS by our engine and by the same kernels with a dispatch a layer and a readback each iteration, all in turns.
 */
export async function compete(
  shape: Shape,
  p: number,
  cpuMethods: readonly Method[],
  peerNames: readonly string[],
  rounds: number,
): Promise<Contest> {
  const device = await pageDevice();
  const { problem, theta } = problemOf(shape, p);
  using evaluator = await createEvaluator(device, problem);
  const evaluation = repeated(OURS.evaluation, async () => void (await evaluator.evaluate(theta)));
  using layeredEvaluator = await createEvaluator(device, problem, { method: "covariance", dense: false });
  const layered = await layeredWork(layeredEvaluator);
  const iteration: Contender = {
    name: OURS.iteration,
    async run() {
      using optimiser = await Optimiser.create(evaluator.workspace, endless(theta));
      await submit(device, [...evaluator.work, optimiser.work], ITERATIONS, () => optimiser.poll());
      return ITERATIONS;
    },
  };
  using layeredOptimiser = await Optimiser.create(layeredEvaluator.workspace, endless(theta));
  const layeredIteration = repeated(OURS.layered, async () => {
    await submit(device, [...layered, layeredOptimiser.work], 1, () => layeredOptimiser.poll());
  });
  const float64 = cpuMethods.map((method) => {
    const objective = new Objective(problem, method);
    return repeated(`${CPU_PREFIX} ${method}`, async () => void objective.evaluate(theta));
  });
  const { peers, leftOut } = await createPeers(peerNames, problemOf(shape, p));
  const contenders = [
    evaluation,
    iteration,
    layeredIteration,
    ...float64,
    ...peers.filter(({ slow }) => slow === undefined).map(({ name, run }) => repeated(name, run)),
  ];
  const timedOnce = peers.flatMap(({ name, slow }) => (slow === undefined ? [] : [summarise(name, [slow])]));
  return {
    shape,
    p,
    timings: [...(await interleave(contenders, rounds)), ...timedOnce],
    deviations: Object.fromEntries(peers.map(({ name, deviation }) => [name, deviation])),
    leftOut,
    layeredDispatches: layered.length + 1,
  };
}

/** A contender that does its work again until that took long enough for the clock. */
function repeated(name: string, work: () => Promise<void>): Contender {
  return {
    name,
    async run() {
      const began = performance.now();
      let times = 0;
      do {
        await work();
        times++;
      } while (performance.now() - began < RUN_MILLISECONDS);
      return times;
    },
  };
}
