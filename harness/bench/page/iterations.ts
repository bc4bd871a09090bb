import { allocatedBytes } from "../../../src/engine/gpu/buffers.ts";
import { createEvaluator } from "../../../src/engine/gpu/createEvaluator.ts";
import { designSolver } from "../../../src/engine/gpu/design.ts";
import { Optimiser } from "../../../src/engine/gpu/optimiser.ts";
import { submit } from "../../../src/engine/gpu/submission.ts";
import type { Method } from "../../../src/engine/engine.ts";
import { matrixBytes, memoryBound, planMatrices } from "../../../src/plan/memory.ts";
import { summarise, type Timing } from "../measure.ts";
import { multiplyAdds } from "../solver/operations.ts";
import { type Shape, type SolverProblem, solverProblem } from "../solverProblems.ts";
import { pageDevice } from "./evaluate.ts";
import { type PhaseTimes, timePhases } from "./phases.ts";

/** What one method costs on WebGPU, for one problem. */
export interface WebgpuIteration {
  readonly method: Method;
  readonly dense: boolean;
  /** A whole iteration with its L-BFGS step, many in one go, with one readback after them. */
  readonly timing: Timing;
  readonly phases: PhaseTimes | undefined;
  readonly dispatches: number;
  /** Of F and its gradient, from the plan. */
  readonly multiplyAdds: number;
  /** Of the matrices as planned; of all buffers as counted where they were made, without and with the optimiser's. */
  readonly matrixBytes: number;
  readonly evaluatorBytes: number;
  readonly allocatedBytes: number;
  /** DESIGN's bound for the matrices. */
  readonly boundBytes: number;
  readonly seconds: { readonly create: number };
}

/** Of a WebGPU measurement: as many iterations as take about this long, but no more than L-BFGS has use for. */
const RUN_MILLISECONDS = 100;
const MOST_ITERATIONS = 40;
/** What takes longer than this is timed once. */
const SLOW_MILLISECONDS = 2000;

let last: { readonly key: string; readonly problem: SolverProblem } | undefined;

/** The problem of that shape and size; kept until another is asked for, because large ones take seconds to make. */
export function problemOf(shape: Shape, p: number): SolverProblem {
  const key = `${shape} ${p}`;
  if (last?.key !== key) last = { key, problem: solverProblem(shape, p) };
  return last.problem;
}

/** L-BFGS that never thinks it is done. */
export function endless(theta: Float64Array) {
  return { start: theta, optimiser: "lbfgs", maxIterations: 2 ** 31, tolerance: 0 } as const;
}

/** Times one method's iterations on the page's device. */
export async function timeWebgpu(
  shape: Shape,
  p: number,
  method: Method,
  rounds: number,
): Promise<WebgpuIteration> {
  const device = await pageDevice();
  const { problem, theta } = problemOf(shape, p);
  const before = allocatedBytes(device).bytes;
  const design = designSolver(problem, { method });
  const began = performance.now();
  using evaluator = await createEvaluator(device, problem, { method });
  const create = (performance.now() - began) / 1000;
  const evaluatorBytes = allocatedBytes(device).bytes - before;
  using optimiser = await Optimiser.create(evaluator.workspace, endless(theta));
  const allocated = allocatedBytes(device).bytes - before;
  const round = [...evaluator.work, optimiser.work];
  const run = async (iterations: number): Promise<number> => {
    using fresh = await Optimiser.create(evaluator.workspace, endless(theta));
    const work = [...evaluator.work, fresh.work];
    const from = performance.now();
    const { status } = await submit(device, work, iterations, () => fresh.poll());
    if (status !== "running") throw new Error(`${shape}, p = ${p}, ${method}: ${status}`);
    return (performance.now() - from) / iterations;
  };
  let first = await run(1);
  // The first run of a shader waits for the driver's own compiler.
  if (first < SLOW_MILLISECONDS) first = Math.min(first, await run(1));
  const iterations = Math.max(1, Math.min(MOST_ITERATIONS, Math.round(RUN_MILLISECONDS / first)));
  const isSlow = first >= SLOW_MILLISECONDS;
  const times = isSlow ? [first] : [];
  for (let i = isSlow ? rounds : 0; i < rounds; i++) times.push(await run(iterations));
  const { forward, loss, backward } = evaluator.steps;
  const phases = await timePhases(
    device,
    { forward, discrepancy: loss, backward, step: [optimiser.work] },
    Math.min(iterations, 10),
  );
  const { graph, districts, memory } = design;
  const adds = multiplyAdds(graph, districts, { method: design.method, dense: memory.dense });
  return {
    method: design.method,
    dense: memory.dense,
    timing: summarise(method, times),
    phases,
    dispatches: round.length,
    multiplyAdds: adds.forward + adds.discrepancy + adds.backward,
    matrixBytes: matrixBytes(planMatrices(evaluator.workspace.sizes, districts.elements, memory)),
    evaluatorBytes,
    allocatedBytes: allocated,
    boundBytes: memoryBound(graph.p, graph.q),
    seconds: { create },
  };
}
