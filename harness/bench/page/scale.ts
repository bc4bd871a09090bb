import { dataSetFor } from "../../../src/data/dataSet.ts";
import { readData } from "../../../src/data/readData.ts";
import type { GpuBackend, Method, Problem } from "../../../src/engine/engine.ts";
import { webgpu } from "../../../src/engine/gpu/backend.ts";
import { createEvaluator } from "../../../src/engine/gpu/createEvaluator.ts";
import { designSolver } from "../../../src/engine/gpu/design.ts";
import { submit } from "../../../src/engine/gpu/submission.ts";
import { parseModel } from "../../../src/model/parseModel.ts";
import { matrixBytes, planMatrices, type MatrixName } from "../../../src/plan/memory.ts";
import { bootstrap } from "../../../src/statistics/bootstrap.ts";
import { fit } from "../../../src/statistics/fit.ts";
import { fitFromManyStarts } from "../../../src/statistics/multiStartFit.ts";
import { quantile } from "../measure.ts";
import { pageDevice } from "./evaluate.ts";

/** What evaluating F and its gradient costs on the GPU. */
export interface GpuCost {
  /** Of one evaluation, the median of the rounds. */
  readonly milliseconds: number;
  /** Of matrices: what the plan says, and what is allocated. */
  readonly planned: number;
  readonly allocated: number;
}

interface Timed extends Disposable {
  time(repeats: number): Promise<number>;
  readonly planned: number;
  readonly allocated: number;
}

const ROUND_MILLISECONDS = 30;
const MOST_REPEATS = 500;

/**
 * Times evaluations of each problem by each method, many to a submit; compiling and uploading are not in them.
 * All take turns in every round, so that a slow spell of the machine hits all sizes alike.
 */
export async function costsOnGpu(
  problems: readonly { readonly problem: Problem; readonly theta: Float64Array }[],
  methods: readonly Method[],
  rounds: number,
): Promise<GpuCost[][]> {
  const timed: Timed[] = [];
  try {
    for (const { problem, theta } of problems) {
      for (const method of methods) timed.push(await prepare(problem, theta, method));
    }
    const times = await takeTurns(timed, rounds);
    const costs = timed.map(({ planned, allocated }, i) => {
      return { milliseconds: quantile(times[i]!, 0.5), planned, allocated };
    });
    return problems.map((_, i) => costs.slice(i * methods.length, (i + 1) * methods.length));
  } finally {
    for (const one of timed) one[Symbol.dispose]();
  }
}

async function takeTurns(timed: readonly Timed[], rounds: number): Promise<number[][]> {
  const repeats: number[] = [];
  for (const { time } of timed) {
    await time(2);
    repeats.push(Math.max(1, Math.min(MOST_REPEATS, Math.round(ROUND_MILLISECONDS / (await time(2))))));
  }
  const times = timed.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { time }] of timed.entries()) times[i]!.push(await time(repeats[i]!));
  }
  return times;
}

async function prepare(problem: Problem, theta: Float64Array, method: Method): Promise<Timed> {
  const device = await pageDevice();
  const { districts, memory } = designSolver(problem, { method });
  const evaluator = await createEvaluator(device, problem, { method });
  const { workspace, work } = evaluator;
  const { value, status } = await evaluator.evaluate(theta);
  if (status !== "ok" || !Number.isFinite(value)) throw new Error(`${method}: ${status}`);
  const plan = planMatrices(workspace.sizes, districts.elements, memory);
  const names = (Object.keys(plan) as MatrixName[]).filter((name) => plan[name] > 0);
  return {
    planned: matrixBytes(plan),
    allocated: names.reduce((sum, name) => sum + workspace.matrices[name].size, 0),
    async time(repeats) {
      const began = performance.now();
      await submit(device, work, repeats, () => device.queue.onSubmittedWorkDone());
      return (performance.now() - began) / repeats;
    },
    [Symbol.dispose]: () => evaluator.dispose(),
  };
}

/** Milliseconds that so many random starts and so many bootstrap replicates take; compiling is not in them. */
export interface BatchCost {
  readonly starts: number;
  readonly replicates: number;
}

/** The costs of each count on this page's device. */
export async function batchesOnGpu(
  modelText: string,
  dataText: string,
  counts: readonly number[],
): Promise<BatchCost[]> {
  return timeBatches(modelText, dataText, counts, webgpu(await pageDevice()));
}

/** The costs of each count, in float64 threads where no GPU is given. */
export async function timeBatches(
  modelText: string,
  dataText: string,
  counts: readonly number[],
  gpu?: GpuBackend,
): Promise<BatchCost[]> {
  const model = parseModel(modelText, { as: "cfa" });
  const data = dataSetFor(model, readData(dataText));
  const where = gpu ? ({ backend: "webgpu", gpu } as const) : ({ backend: "cpu" } as const);
  const fitted = await fit(model, data);
  const time = async (count: number): Promise<BatchCost> => {
    const { result } = await bootstrap(model, data, fitted, { replicates: count, seed: 1, ...where });
    const many = await fitFromManyStarts(model, data, { starts: count, ...where });
    const { seconds, compileSeconds } = result.bootstrap!;
    return { starts: 1000 * many.starts!.seconds, replicates: 1000 * (seconds - compileSeconds) };
  };
  // Compiled pipelines and warm threads are kept by whoever owns them.
  await time(64);
  const costs: BatchCost[] = [];
  for (const count of counts) costs.push(await time(count));
  return costs;
}
