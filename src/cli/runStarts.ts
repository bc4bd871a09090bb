import type { Analysis, PreparedAnalysis } from "../embed/analysis.ts";
import { fitFromManyStarts, type MultiStartFitOptions } from "../statistics/multiStartFit.ts";
import { interruptible } from "./interruptible.ts";
import { showCounts } from "./progress.ts";
import { interruptionWarning, type Outcome, warn } from "./runBootstrap.ts";

/** Fits from the best of many random starts. Ctrl-C ends the search, and the best start so far is what is fitted from. */
export async function runStarts(
  { fitSettings = {} }: Analysis,
  { model, data }: PreparedAnalysis,
  starts: number,
  threads: number | undefined,
): Promise<Outcome> {
  const settings = Object.fromEntries(
    Object.entries(fitSettings).filter(([name, value]) => value !== undefined && name !== "backend"),
  ) as Partial<MultiStartFitOptions>;
  const progress = await showCounts("random starts");
  try {
    return await interruptible(async (stop) => {
      const onStarts = progress.update.bind(progress);
      const result = await fitFromManyStarts(model, data, { ...settings, starts, threads, stop, onStarts });
      const { tried } = result.starts!;
      const warnings = tried < starts ? [interruptionWarning(tried, starts, "starts")] : [];
      return { result: warn(result, ...warnings), isInterrupted: stop.aborted };
    });
  } finally {
    progress.stop();
  }
}
