import type { Analysis, PreparedAnalysis } from "../embed/analysis.ts";
import { fitFromManyStarts, type MultiStartFitOptions } from "../statistics/multiStartFit.ts";
import { manyInBrowser } from "./inBrowser.ts";
import { interruptible } from "./interruptible.ts";
import { showCounts } from "./progress.ts";
import { interruptionWarning, type Outcome, warn } from "./runBootstrap.ts";

export interface StartsOptions {
  readonly starts?: number | undefined;
  readonly threads?: number | undefined;
  readonly browser?: string | undefined;
}

/** Fits from the best of many random starts. Ctrl-C ends the search, and the best start so far is what is fitted from. */
export async function runStarts(
  analysis: Analysis,
  { model, data }: PreparedAnalysis,
  { starts, threads, browser }: StartsOptions & { readonly starts: number },
): Promise<Outcome> {
  const { fitSettings = {} } = analysis;
  const settings = Object.fromEntries(
    Object.entries(fitSettings).filter(([name, value]) => value !== undefined && name !== "backend"),
  ) as Partial<MultiStartFitOptions>;
  const progress = await showCounts("random starts");
  try {
    return await interruptible(async (stop) => {
      const onStarts = progress.update.bind(progress);
      const options = { ...settings, starts, threads };
      const result =
        fitSettings.backend === "webgpu"
          ? await manyInBrowser({ kind: "starts", analysis, options }, { browser, stop, onCounts: onStarts })
          : await fitFromManyStarts(model, data, { ...options, stop, onStarts });
      const { tried } = result.starts!;
      const warnings = tried < starts ? [interruptionWarning(tried, starts, "starts")] : [];
      return { result: warn(result, ...warnings), isInterrupted: stop.aborted };
    });
  } finally {
    progress.stop();
  }
}
