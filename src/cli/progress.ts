import type { Options } from "cli-progress";
import type { EstimateProgress } from "../fit/estimate.ts";

/** Shows how far work has come, on a terminal; says nothing where standard error is no terminal. */
export interface ProgressDisplay<Progress> {
  update(progress: Progress): void;
  stop(): void;
}

/** The gradient at which a fit counts as converged. */
const GOAL = 1e-9;
const STEPS = 1000;

/** Ctrl-C is for the work itself to notice, which then stops the bar. */
const COMMON: Options = {
  hideCursor: true,
  clearOnComplete: true,
  gracefulExit: false,
};

/** The bar of one fit measures the digits of the gradient that have been won, which grow about evenly with time. */
export async function showProgress(): Promise<ProgressDisplay<EstimateProgress>> {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const { SingleBar } = await import("cli-progress");
  const bar = new SingleBar({
    ...COMMON,
    stream: process.stderr,
    format: "{phase} [{bar}] {eta_formatted} left · iteration {iteration} · discrepancy {value}",
    etaBuffer: 50,
  });
  let first: number | undefined;
  return {
    update({ phase, iteration, value, gradientNorm }) {
      const shown = { phase, iteration, value: value.toPrecision(7) };
      if (first === undefined) bar.start(STEPS, 0, shown);
      first ??= Math.max(gradientNorm, 10 * GOAL);
      const share = Math.log(first / Math.max(gradientNorm, GOAL)) / Math.log(first / GOAL);
      bar.update(Math.round(STEPS * Math.min(1, Math.max(0, share))), shown);
    },
    stop() {
      if (first !== undefined) bar.stop();
    },
  };
}

/** How many of many equal pieces are done. */
export interface CountProgress {
  readonly done: number;
  readonly count: number;
}

/** Work that is done sooner needs no bar. */
const SECONDS_WITHOUT_BAR = 1;

/** The bar of counted work, with the time that is left at the pace so far; it appears after a second. */
export async function showCounts(
  what: string,
  stream: NodeJS.WriteStream = process.stderr,
): Promise<ProgressDisplay<CountProgress>> {
  if (!stream.isTTY) return { update: () => {}, stop: () => {} };
  const { SingleBar } = await import("cli-progress");
  const bar = new SingleBar({
    ...COMMON,
    stream,
    format: `${what} [{bar}] {of} · {left} left (Ctrl-C stops and reports)`,
  });
  const began = performance.now();
  let isShown = false;
  return {
    update({ done, count }) {
      const seconds = (performance.now() - began) / 1000;
      if (seconds < SECONDS_WITHOUT_BAR) return;
      const left = done === 0 ? "?" : formatDuration((seconds * (count - done)) / done);
      const shown = { of: `${done.toLocaleString("en")} of ${count.toLocaleString("en")}`, left };
      if (!isShown) bar.start(count, done, shown);
      isShown = true;
      bar.update(done, shown);
    },
    stop() {
      if (isShown) bar.stop();
    },
  };
}

/** `8 s`, `2 min 5 s`, `3 h 12 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
