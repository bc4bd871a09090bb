import type { EstimateProgress } from "../fit/estimate.ts";

/** Shows how far a fit has come, on a terminal; says nothing where standard error is no terminal. */
export interface ProgressDisplay {
  update(progress: EstimateProgress): void;
  stop(): void;
}

/** The gradient at which a fit counts as converged. */
const GOAL = 1e-9;
const STEPS = 1000;

/** The bar measures the digits of the gradient that have been won, which grow about evenly with time. */
export async function showProgress(): Promise<ProgressDisplay> {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const { SingleBar } = await import("cli-progress");
  const bar = new SingleBar({
    format: "{phase} [{bar}] {eta_formatted} left · iteration {iteration} · discrepancy {value}",
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
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
