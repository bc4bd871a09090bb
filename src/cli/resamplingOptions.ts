import { InvalidArgumentError, Option } from "commander";
import { wholeNumber } from "./options.ts";
import { OptionError } from "../errors.ts";
import type { ResamplingKind } from "../fit/bootstrap/resampler.ts";
import type { IntervalKind } from "../statistics/bootstrapIntervals.ts";

/** What decides the statistics of replicates, wherever they were fitted. */
export interface BootstrapStatisticsOptions {
  readonly bootCiType?: IntervalKind | undefined;
  readonly bootStandardized?: boolean | undefined;
  readonly threads?: number | undefined;
}

/** The options of `semnan fit` that run many fits. */
export interface ResamplingOptions extends BootstrapStatisticsOptions {
  readonly starts?: number | undefined;
  readonly bootstrap?: number | undefined;
  readonly bootType?: ResamplingKind | undefined;
  /** File that gets the replicates. */
  readonly replicates?: string | undefined;
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
}

/** lavaan's names, and the words that its manual and the textbooks have for them. */
const KINDS: ReadonlyMap<string, ResamplingKind> = new Map([
  ["ordinary", "case"],
  ["case", "case"],
  ["bollen.stine", "bollenStine"],
  ["parametric", "parametric"],
]);

const INTERVALS: ReadonlyMap<string, IntervalKind> = new Map([
  ["perc", "percentile"],
  ["percentile", "percentile"],
  ["basic", "basic"],
  ["norm", "normal"],
  ["normal", "normal"],
  ["bca.simple", "biasCorrected"],
  ["bias.corrected", "biasCorrected"],
  ["bca", "bca"],
]);

/** Options of `semnan fit` that run many fits. */
export function resamplingOptions(): Option[] {
  return [
    startsOption(),
    new Option("--bootstrap <count>", "bootstrap with so many replicates").argParser(wholeNumber(2)),
    new Option(
      "--boot-type <kind>",
      "what is drawn: case (default, lavaan's ordinary), bollen.stine (p-value of chi-square only), parametric",
    ).argParser(oneOf(KINDS)),
    ...bootstrapStatisticsOptions(),
    new Option("--replicates <file.csv>", "write every bootstrap replicate there, while they are fitted"),
    new Option(
      "--shard <i/n>",
      "run only part i of n of the replicates, for semnan merge to put together",
    ).argParser(shard),
  ];
}

export function startsOption(): Option {
  const words = "fit from so many random starts, and tell which minima they lead to";
  return new Option("--starts <count>", words).argParser(wholeNumber(1));
}

/** Those that `semnan merge` has too. */
export function bootstrapStatisticsOptions(): Option[] {
  return [
    new Option(
      "--boot-ci-type <kind>",
      "bootstrap interval: perc (default), basic, norm, bca.simple (bias-corrected) or bca",
    ).argParser(oneOf(INTERVALS)),
    new Option("--boot-standardized", "bootstrap the standardised solution too"),
    new Option(
      "--threads <count>",
      "threads for bootstrap and starts (as many as there are cores)",
    ).argParser(wholeNumber(1)),
  ];
}

/** @throws OptionError for an option that means nothing without another. */
export function requireBootstrap(options: ResamplingOptions): void {
  if (options.shard !== undefined && options.replicates === undefined) {
    throw new OptionError(
      "--shard needs --replicates FILE.csv, or there would be nothing to merge",
      "Give each part a file of its own, and semnan merge all of them.",
    );
  }
  if (options.bootstrap !== undefined) return;
  const flags: [flag: string, value: unknown][] = [
    ["--replicates", options.replicates],
    ["--shard", options.shard],
    ["--boot-type", options.bootType],
    ["--boot-ci-type", options.bootCiType],
    ["--boot-standardized", options.bootStandardized],
  ];
  const stray = flags.find(([, value]) => value !== undefined);
  if (!stray) return;
  throw new OptionError(
    `${stray[0]} needs --bootstrap COUNT`,
    "Say how many replicates, as in --bootstrap 1000.",
  );
}

function oneOf<T>(names: ReadonlyMap<string, T>): (text: string) => T {
  return (text) => {
    const value = names.get(text);
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`It must be one of ${[...names.keys()].join(", ")}.`);
  };
}

function shard(text: string): { index: number; count: number } {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count === undefined || index < 1 || index > count) {
    throw new InvalidArgumentError("It must be like 2/8: the second of eight parts.");
  }
  return { index, count };
}
