/** A thing to time. `run` does the work once and may return how many units of it were done (default 1). */
export interface Contender {
  readonly name: string;
  run(): Promise<number | void> | number | void;
}

/** Milliseconds per unit of work over the rounds. */
export interface Timing {
  readonly name: string;
  readonly rounds: readonly number[];
  readonly median: number;
  /** First and third quartile. */
  readonly low: number;
  readonly high: number;
}

/**
 * Times contenders in interleaved rounds, so that a slow spell of the machine hits all of them alike.
 * Every contender runs once before the first round and that run is not counted (compilation, caches).
 */
export async function interleave(contenders: readonly Contender[], rounds: number): Promise<Timing[]> {
  for (const contender of contenders) await contender.run();
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const began = performance.now();
      const units = (await contender.run()) ?? 1;
      times[index]!.push((performance.now() - began) / units);
    }
  }
  return contenders.map(({ name }, index) => summarise(name, times[index]!));
}

/** Median and quartiles of one contender's rounds. */
export function summarise(name: string, rounds: readonly number[]): Timing {
  return {
    name,
    rounds,
    median: quantile(rounds, 0.5),
    low: quantile(rounds, 0.25),
    high: quantile(rounds, 0.75),
  };
}

/** How many times faster `ours` is than `theirs`: the median of the rounds' ratios, with its quartiles. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Ratios are taken round by round, because neighbours in time share the machine's mood. */
export function ratio(theirs: Timing, ours: Timing): Ratio {
  const ratios = theirs.rounds.map((time, round) => time / ours.rounds[round]!);
  return { median: quantile(ratios, 0.5), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

/** Linear-interpolated sample quantile (type 7 of Hyndman and Fan 1996, doi:10.2307/2684934). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}
