import type { Evaluation, IterateOptions, IterationReport, Problem } from "../../../src/engine/engine.ts";
import { allocatedBytes } from "../../../src/engine/gpu/buffers.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { createGpuEngine } from "../../../src/engine/gpu/engine.ts";
import { createEvaluator } from "../../../src/engine/gpu/createEvaluator.ts";
import type { EvaluatorOptions } from "../../../src/engine/gpu/design.ts";

const device = requestDevice();

/** F and ∂F/∂θ of a problem on the GPU, at several θ. */
export async function evaluate(
  problem: Problem,
  thetas: readonly Float64Array[],
  options: EvaluatorOptions = {},
): Promise<Evaluation[]> {
  using evaluator = await createEvaluator(await device, problem, options);
  const evaluations: Evaluation[] = [];
  for (const theta of thetas) evaluations.push(await evaluator.evaluate(theta));
  return evaluations;
}

/** Bytes of GPU buffers that are still alive: zero when every owner was disposed. */
export async function liveBytes(): Promise<number> {
  return allocatedBytes(await device).bytes;
}

/** Runs an optimiser on the GPU. `onProgress` cannot cross to the page, so the number of polls is returned. */
export async function iterate(
  problem: Problem,
  options: IterateOptions,
  engineOptions: EvaluatorOptions = {},
): Promise<IterationReport & { polls: number; milliseconds: number }> {
  using engine = await createGpuEngine(await device, problem, engineOptions);
  let polls = 0;
  const began = performance.now();
  const report = await engine.iterate({ ...options, onProgress: () => (polls += 1) });
  return { ...report, polls, milliseconds: performance.now() - began };
}
