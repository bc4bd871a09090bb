import { BufferSet } from "../../../src/engine/gpu/buffers.ts";
import { whileAlive } from "../../../src/engine/gpu/device.ts";
import { dispatchOver } from "../../../src/engine/gpu/dispatch.ts";
import type { Work } from "../../../src/engine/gpu/linalg/algebra.ts";
import { encode } from "../../../src/engine/gpu/pipeline.ts";
import { packUniforms } from "../../../src/engine/gpu/uniforms.ts";
import { PEAK_MULTIPLY_ADDS, peakArithmetic, peakCopy } from "../solver/kernels.ts";
import { pageDevice } from "./evaluate.ts";

/** The roofs of the page's adapter, as measured. */
export interface Peaks {
  /** Float32 multiply-adds in registers, each counted as two operations. */
  readonly gigaflops: number;
  /** Bytes read and written by a copy between two buffers of `copyBytes` each, a second, in 10⁹. */
  readonly gigabytes: number;
  readonly copyBytes: number;
}

/** Long enough that starting and waiting are nothing, short enough for every watchdog. */
const AIM = 60;
const MOST_GROUPS = 65_535;
const COPY_BYTES = 1 << 25;

/** Measures both roofs: the best of `rounds`, because a roof is what can be reached. */
export async function measurePeaks(rounds: number): Promise<Peaks> {
  const device = await pageDevice();
  using buffers = new BufferSet(device, "peak");
  const { WORKGROUP } = peakArithmetic.constants;
  const arithmetic = {
    factors: buffers.uniform("factors", packUniforms(peakArithmetic.uniforms, { scale: 0.5, shift: 0.25 })),
    sink: buffers.storage("sink", 1 << 16),
  };
  const multiplyAdds = async (groups: number): Promise<Work[]> => [
    await dispatchOver(device, peakArithmetic, arithmetic, [groups * WORKGROUP]),
  ];
  const groups = await grow(device, multiplyAdds, MOST_GROUPS);
  const arithmeticTime = await best(device, await multiplyAdds(groups), rounds);
  const memory = {
    source: buffers.storage("source", COPY_BYTES),
    copy: buffers.storage("copy", COPY_BYTES),
  };
  const one = await dispatchOver(device, peakCopy, memory, [COPY_BYTES / 16 / peakCopy.constants.STRIP]);
  const copies = await grow(device, async (count) => Array.from({ length: count }, () => one), 1024);
  const copyTime = await best(
    device,
    Array.from({ length: copies }, () => one),
    rounds,
  );
  return {
    gigaflops: (2 * PEAK_MULTIPLY_ADDS * WORKGROUP * groups) / arithmeticTime / 1e6,
    gigabytes: (2 * COPY_BYTES * copies) / copyTime / 1e6,
    copyBytes: COPY_BYTES,
  };
}

/** Doubles the amount of work until it takes `AIM` milliseconds or has reached `most`. */
async function grow(
  device: GPUDevice,
  workOf: (amount: number) => Promise<readonly Work[]>,
  most: number,
): Promise<number> {
  let amount = 1;
  await time(device, await workOf(amount));
  while (amount < most && (await time(device, await workOf(amount))) < AIM) {
    amount = Math.min(2 * amount, most);
  }
  return amount;
}

async function best(device: GPUDevice, work: readonly Work[], rounds: number): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) least = Math.min(least, await time(device, work));
  return least;
}

async function time(device: GPUDevice, work: readonly Work[]): Promise<number> {
  const began = performance.now();
  const encoder = device.createCommandEncoder({ label: "peak" });
  const pass = encoder.beginComputePass({ label: "peak" });
  encode(pass, work);
  pass.end();
  device.queue.submit([encoder.finish()]);
  await whileAlive(device, device.queue.onSubmittedWorkDone());
  return performance.now() - began;
}
