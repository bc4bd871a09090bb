import type { Evaluation, Problem } from "../../../src/engine/engine.ts";
import { allocatedBytes } from "../../../src/engine/gpu/buffers.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { Evaluator } from "../../../src/engine/gpu/evaluator.ts";

const device = requestDevice();

/** F and ∂F/∂θ of a problem on the GPU, at several θ. */
export async function evaluate(problem: Problem, thetas: readonly Float64Array[]): Promise<Evaluation[]> {
  using evaluator = await Evaluator.create(await device, problem);
  const evaluations: Evaluation[] = [];
  for (const theta of thetas) evaluations.push(await evaluator.evaluate(theta));
  return evaluations;
}

/** Bytes of GPU buffers that are still alive: zero when every owner was disposed. */
export async function liveBytes(): Promise<number> {
  return allocatedBytes(await device).bytes;
}
