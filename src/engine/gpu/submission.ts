import { perDevice, throwIfLost, whileAlive } from "./device.ts";
import type { Work } from "./linalg/algebra.ts";
import { encode } from "./pipeline.ts";

/** Milliseconds that one submit should take: far from the watchdog's patience, far above the cost of a submit. */
const AIM = 40;
/** What a dispatch costs beside its multiply-adds, in multiply-adds. */
const DISPATCH_OPERATIONS = 10_000;
const FIRST_BUDGET = 1_000_000;

/**
 * Sizes submits of a device from measured time, so that none comes near the watchdog on any adapter: the budget starts
 * small, at most doubles after a submit that was quick, and shrinks at once after one that was slow.
 */
class Pace {
  budget = FIRST_BUDGET;

  record(operations: number, milliseconds: number): void {
    const fitting = (operations * AIM) / Math.max(milliseconds, 0.1);
    this.budget = Math.max(DISPATCH_OPERATIONS, Math.min(fitting, 2 * Math.max(this.budget, operations)));
  }
}

const paceOf = perDevice(() => new Pace());

/** Multiply-adds of some work, dispatches included. */
export function operationsOf(work: readonly Work[]): number {
  return work.reduce((sum, dispatch) => sum + dispatch.operations + DISPATCH_OPERATIONS, 0);
}

/** How often some work fits into one submit; at least once. */
export function fittingRounds(device: GPUDevice, work: readonly Work[]): number {
  return Math.max(1, Math.floor(paceOf(device).budget / operationsOf(work)));
}

/**
 * Submits `work`, `rounds` times over, in as many submits as its size asks for, and waits until `finish` says it is
 * done: a readback, or nothing but the queue's end. Work that is not submitted when `signal` fires is dropped.
 *
 * @throws DeviceLostError.
 */
export async function submit<Result>(
  device: GPUDevice,
  work: readonly Work[],
  rounds: number,
  finish: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const pace = paceOf(device);
  throwIfLost(device);
  let began = performance.now();
  let operations = 0;
  let batch: Work[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const dispatch of work) {
      if (signal?.aborted) return finish();
      batch.push(dispatch);
      operations += dispatch.operations + DISPATCH_OPERATIONS;
      if (operations < pace.budget) continue;
      submitBatch(device, batch);
      await whileAlive(device, device.queue.onSubmittedWorkDone());
      pace.record(operations, performance.now() - began);
      began = performance.now();
      operations = 0;
      batch = [];
    }
  }
  submitBatch(device, batch);
  const result = await finish();
  if (operations > 0) pace.record(operations, performance.now() - began);
  return result;
}

function submitBatch(device: GPUDevice, batch: readonly Work[]): void {
  if (batch.length === 0) return;
  const encoder = device.createCommandEncoder({ label: "solver" });
  const pass = encoder.beginComputePass({ label: "solver" });
  encode(pass, batch);
  pass.end();
  device.queue.submit([encoder.finish()]);
}
