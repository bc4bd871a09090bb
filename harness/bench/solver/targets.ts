import { type Ratio, ratio, type Timing } from "../measure.ts";
import type { Contest } from "../page/contest.ts";
import { CPU_PREFIX, OURS, SCRIPT_PEERS } from "./contenders.ts";
import type { MethodCost } from "./measurements.ts";

/** What the solver is meant to reach, as ratios on one machine in one run. */
export const TARGETS = { webgpuPeers: 10, layered: 3, float64: 1 / 1.5, districtMilliseconds: 1 } as const;

/** One contender of a contest. */
export function timingOf({ timings }: Contest, name: string): Timing {
  const timing = timings.find((candidate) => candidate.name === name);
  if (!timing) throw new Error(`${name} did not compete.`);
  return timing;
}

/** The fastest of the contenders that `wanted` names, by median. */
export function fastest({ timings }: Contest, wanted: (name: string) => boolean): Timing | undefined {
  const among = timings.filter(({ name }) => wanted(name));
  return among.length === 0
    ? undefined
    : among.reduce((best, timing) => (timing.median < best.median ? timing : best));
}

const isWebgpuPeer = (name: string): boolean => isPeer(name) && name.endsWith("webgpu");
const isPeer = (name: string): boolean => (SCRIPT_PEERS as readonly string[]).includes(name);

/** The size that the targets speak of. */
const TARGET_SIZE = 256;

/** Each target with the figure reached, contest by contest; a quick run does not time the size they are set for. */
export function reached(contests: readonly Contest[], costs: readonly MethodCost[]): string[] {
  const judged = contests.filter(({ p }) => p === TARGET_SIZE);
  if (judged.length === 0)
    return [`The targets are set for p = ${TARGET_SIZE}, which a quick run does not time.`];
  const district = costs.find(
    ({ shape, method, p }) => shape === "small districts" && method === "district" && p === TARGET_SIZE,
  );
  return [
    ...judged.flatMap(contestTargets),
    ...(district?.cpu ? [districtTarget(district.p, district.cpu.timing.median)] : []),
  ];
}

/** The suite in one sentence: how many times faster than the faster WebGPU library, by shape. */
export function headline(contests: readonly Contest[]): string | undefined {
  const parts = contests.flatMap((contest) => {
    const peer = fastest(contest, isWebgpuPeer);
    if (contest.p !== TARGET_SIZE || !peer) return [];
    return [`${shortly(ratio(peer, timingOf(contest, OURS.evaluation)).median)}× (${contest.shape})`];
  });
  return parts.length === 0
    ? undefined
    : `F and its gradient at p = ${TARGET_SIZE} on WebGPU, against the faster of jax-js and TensorFlow.js there: ${parts.join(", ")} faster.`;
}

function contestTargets(contest: Contest): string[] {
  const { shape, p } = contest;
  const ours = timingOf(contest, OURS.evaluation);
  const iteration = timingOf(contest, OURS.iteration);
  const peer = fastest(contest, isWebgpuPeer);
  const float64 = fastest(contest, (name) => name.startsWith(CPU_PREFIX))!;
  const place = `p = ${p}, q = ${(3 * p) / 2}, ${shape}`;
  const layered = ratio(timingOf(contest, OURS.layered), iteration);
  const cpu = ratio(float64, ours);
  const lines = [
    `${verdict(layered.median >= TARGETS.layered)} ${place}: ${figure(layered)} faster than a dispatch a layer with a readback every iteration and the same factorisations (target ≥ ${TARGETS.layered}×).`,
  ];
  if (peer) {
    const against = ratio(peer, ours);
    lines.unshift(
      `${verdict(against.median >= TARGETS.webgpuPeers)} ${place}: ${figure(against)} faster than the faster WebGPU back end, ${peer.name} (target ≥ ${TARGETS.webgpuPeers}×).`,
    );
  }
  // The sparse forms are what the CPU is best at, so the target speaks of dense models.
  if (shape === "dense") {
    lines.push(
      `${verdict(cpu.median >= TARGETS.float64)} ${place}: WebGPU takes ${(1 / cpu.median).toFixed(2)} times as long as the faster float64 form, ${float64.name.slice(CPU_PREFIX.length + 1)} (target ≤ 1.5).`,
    );
  }
  return lines;
}

function districtTarget(p: number, milliseconds: number): string {
  return `${verdict(milliseconds < TARGETS.districtMilliseconds)} p = ${p}, three causes a variable, districts of two: the district form takes ${milliseconds.toPrecision(2)} ms an evaluation in float64 on the CPU (target < ${TARGETS.districtMilliseconds} ms).`;
}

function verdict(isReached: boolean): string {
  return isReached ? "Target reached," : "Target missed,";
}

function figure({ median, low, high }: Ratio): string {
  return `${shortly(median)}× (quartiles ${shortly(low)}–${shortly(high)})`;
}

function shortly(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}

/** Where a peer is faster than both our engines, or than the GPU one, in whole sentences. */
export function beatenBy(contests: readonly Contest[]): string[] {
  return contests.flatMap((contest) => {
    const ours = timingOf(contest, OURS.evaluation);
    const float64 = fastest(contest, (name) => name.startsWith(CPU_PREFIX))!;
    const faster = contest.timings.filter(({ name, median }) => isPeer(name) && median < ours.median);
    return faster
      .toSorted((one, other) => one.median - other.median)
      .map((peer) => {
        const place = `p = ${contest.p}, ${contest.shape}`;
        const figures = `${peer.name} takes ${time(peer)}, our WebGPU engine ${time(ours)}, our float64 engine ${time(float64)}`;
        return peer.median < float64.median
          ? `${place}: ${figures}. It beats both: its Wasm multiplies matrices four numbers at a time in float32, which on a CPU it would take Wasm kernels of our own, or a GPU, to match.`
          : `${place}: ${figures}. On software WebGPU the dispatches and the readback cost more than the arithmetic; \`auto\` takes the float64 engine there.`;
      });
  });
}

function time({ median }: Timing): string {
  return `${median.toPrecision(3)} ms`;
}
