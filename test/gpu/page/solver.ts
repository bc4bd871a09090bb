import type { Moments } from "../../../src/data/moments.ts";
import { allocatedBytes } from "../../../src/engine/gpu/buffers.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { type LabelledMatrix, Solver, type SolverOptions } from "../../../src/engine/gpu/solver.ts";
import type { Structure } from "../../../src/model/model.ts";

const device = requestDevice();

export interface SolverRun {
  readonly losses: number[];
  readonly gradient: Float64Array;
  readonly weights: Float64Array;
  readonly covariance: LabelledMatrix;
  readonly effects: LabelledMatrix;
}

/** The user's own loop: so many steps from given weights. */
export async function loop(
  structure: Structure,
  moments: Moments,
  start: Float64Array,
  steps: number,
  options: SolverOptions,
): Promise<SolverRun> {
  using solver = await Solver.create(await device, structure, moments, options);
  solver.setWeights(start);
  const losses: number[] = [];
  let gradient = new Float64Array(0);
  for (let step = 0; step <= steps; step++) {
    await solver.forward();
    losses.push(await solver.loss());
    gradient = Float64Array.from(await solver.backward());
    if (step < steps) await solver.step();
  }
  return {
    losses,
    gradient,
    weights: await solver.weights(),
    covariance: await solver.visibleCovariance(),
    effects: await solver.totalEffects(),
  };
}

/** Creates, runs and disposes of `rounds` solvers; the bytes that are left, and the most that one held. */
export async function churn(
  structure: Structure,
  moments: Moments,
  rounds: number,
): Promise<{ left: number; held: number }> {
  const gpu = await device;
  let held = 0;
  for (let round = 0; round < rounds; round++) {
    using solver = await Solver.create(gpu, structure, moments);
    held = Math.max(held, solver.bytes);
    await solver.forward();
  }
  return { left: allocatedBytes(gpu).bytes, held };
}
