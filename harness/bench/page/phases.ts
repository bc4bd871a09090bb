import { readBytes } from "../../../src/engine/gpu/buffers.ts";
import { perDevice, whileAlive } from "../../../src/engine/gpu/device.ts";
import type { Work } from "../../../src/engine/gpu/linalg/algebra.ts";
import { encode } from "../../../src/engine/gpu/pipeline.ts";
import { operationsOf } from "../../../src/engine/gpu/submission.ts";
import { quantile } from "../measure.ts";

/** The steps of an iteration, in order. */
export const PHASES = ["forward", "discrepancy", "backward", "step"] as const;
export type Phase = (typeof PHASES)[number];

/** Milliseconds of an iteration by step. */
export type PhaseTimes = Readonly<Record<Phase, number>>;

/** Multiply-adds of one submit: a fraction of a second on software, which is what watchdogs are patient with. */
const MOST_OPERATIONS = 2e8;

/**
 * Times the steps of `iterations` iterations on the device's own clock: a compute pass for each step, with a timestamp
 * before and after it. `undefined` where the device has no timestamps.
 */
export async function timePhases(
  device: GPUDevice,
  work: Readonly<Record<Phase, readonly Work[]>>,
  iterations: number,
): Promise<PhaseTimes | undefined> {
  if (!device.features.has("timestamp-query")) return undefined;
  const times = new Map<Phase, number[]>(PHASES.map((phase) => [phase, []]));
  for (let iteration = 0; iteration < iterations; iteration++) {
    for (const phase of PHASES) times.get(phase)!.push(0);
    for (const [phase, milliseconds] of await timeIteration(device, work)) {
      times.get(phase)![iteration]! += milliseconds;
    }
  }
  const median = (phase: Phase): number => quantile(times.get(phase)!, 0.5);
  return {
    forward: median("forward"),
    discrepancy: median("discrepancy"),
    backward: median("backward"),
    step: median("step"),
  };
}

interface Pass {
  readonly phase: Phase;
  readonly work: readonly Work[];
}

async function timeIteration(
  device: GPUDevice,
  work: Readonly<Record<Phase, readonly Work[]>>,
): Promise<[Phase, number][]> {
  const passes = PHASES.flatMap((phase) => cut(work[phase]).map((part): Pass => ({ phase, work: part })));
  const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
  const resolved = device.createBuffer({ label: "timestamps", size: 16 * passes.length, usage });
  const querySet = querySetOf(device);
  let encoder = device.createCommandEncoder({ label: "phases" });
  let operations = 0;
  for (const [index, { work: dispatches }] of passes.entries()) {
    const pass = encoder.beginComputePass({
      label: "phases",
      timestampWrites: {
        querySet,
        beginningOfPassWriteIndex: 2 * index,
        endOfPassWriteIndex: 2 * index + 1,
      },
    });
    encode(pass, dispatches);
    pass.end();
    operations += operationsOf(dispatches);
    if (operations < MOST_OPERATIONS) continue;
    device.queue.submit([encoder.finish()]);
    await whileAlive(device, device.queue.onSubmittedWorkDone());
    encoder = device.createCommandEncoder({ label: "phases" });
    operations = 0;
  }
  encoder.resolveQuerySet(querySet, 0, 2 * passes.length, resolved, 0);
  device.queue.submit([encoder.finish()]);
  const stamps = new BigUint64Array(await readBytes(device, resolved));
  resolved.destroy();
  return passes.map(({ phase }, index) => [phase, Number(stamps[2 * index + 1]! - stamps[2 * index]!) / 1e6]);
}

const QUERIES = 4096;
const querySetOf = perDevice((device) => device.createQuerySet({ type: "timestamp", count: QUERIES }));

/** Cuts work into passes that one submit can hold. */
function cut(work: readonly Work[]): Work[][] {
  const parts: Work[][] = [];
  let operations = Infinity;
  for (const dispatch of work) {
    operations += operationsOf([dispatch]);
    if (operations > MOST_OPERATIONS) {
      parts.push([]);
      operations = operationsOf([dispatch]);
    }
    parts.at(-1)!.push(dispatch);
  }
  return parts;
}
