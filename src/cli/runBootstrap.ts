import type { Analysis, PreparedAnalysis } from "../embed/analysis.ts";
import type { Replicates } from "../fit/bootstrap/replicates.ts";
import { bootstrap, type BootstrapOptions, shardRange } from "../statistics/bootstrap.ts";
import { requireCases } from "../statistics/bootstrapTask.ts";
import { replicateFileHead } from "../statistics/replicateFile.ts";
import type { FitResult } from "../statistics/result.ts";
import { manyInBrowser } from "./inBrowser.ts";
import { interruptible } from "./interruptible.ts";
import { showCounts } from "./progress.ts";
import { ReplicateStream } from "./replicateStream.ts";
import type { BootstrapStatisticsOptions, ResamplingOptions } from "./resamplingOptions.ts";

/** A result, and whether the user ended the work before it was whole. */
export interface Outcome {
  readonly result: FitResult;
  readonly isInterrupted: boolean;
}

/** The options of `bootstrap` that a command line gives. */
export function bootstrapOptions(
  { fitSettings = {} }: Analysis,
  replicates: number,
  { bootCiType, bootStandardized, threads }: BootstrapStatisticsOptions,
): BootstrapOptions {
  const { backend: _, ...settings } = fitSettings;
  return { ...settings, replicates, interval: bootCiType, standardized: bootStandardized, threads };
}

/**
 * Refits the model to resamples, in float64 threads or, where WebGPU is asked for, in a browser; replicates go to a file
 * as they are done. Ctrl-C ends the run, and what is done by then is reported.
 */
export async function runBootstrap(
  fitted: FitResult,
  analysis: Analysis,
  { model, data }: PreparedAnalysis,
  options: ResamplingOptions & { readonly browser?: string | undefined },
): Promise<Outcome> {
  if (options.bootstrap === undefined) return { result: fitted, isInterrupted: false };
  if (options.bootType !== "parametric") requireCases(data);
  if (!fitted.converged || !fitted.identified) {
    const reason = fitted.converged ? "the model is not identified" : "the fit did not converge";
    return { result: warn(fitted, `There is no bootstrap: ${reason}.`), isInterrupted: false };
  }
  const { shard, bootType: kind } = options;
  const asked = { ...bootstrapOptions(analysis, options.bootstrap, options), shard, kind };
  const { first, count } = shardRange(asked);
  const stream = options.replicates
    ? await ReplicateStream.create(options.replicates, replicateFileHead(model, data, asked))
    : undefined;
  const progress = await showCounts("bootstrap");
  try {
    return await interruptible(async (signal) => {
      const onProgress = progress.update.bind(progress);
      const onReplicates = (chunk: Replicates): Promise<void> | undefined => stream?.write(chunk);
      const result =
        analysis.fitSettings?.backend === "webgpu"
          ? await manyInBrowser(
              { kind: "bootstrap", analysis, fitted, options: asked },
              { browser: options.browser, stop: signal, onCounts: onProgress, onReplicates },
            )
          : (await bootstrap(model, data, fitted, { ...asked, signal, onProgress, onReplicates })).result;
      const done = result.bootstrap!.replicates;
      const warnings = [
        ...(done < count ? [interruptionWarning(done, count, "replicates")] : []),
        ...(shard ? [shardWarning(first, count, shard, options.bootstrap!)] : []),
      ];
      return { result: warn(result, ...warnings), isInterrupted: done < count };
    });
  } finally {
    progress.stop();
    await stream?.close();
  }
}

/** The result with more warnings. */
export function warn(result: FitResult, ...warnings: string[]): FitResult {
  return { ...result, warnings: [...result.warnings, ...warnings] };
}

export function interruptionWarning(done: number, count: number, what: string): string {
  return `Interrupted: ${done.toLocaleString("en")} of ${count.toLocaleString("en")} ${what} were done, and the numbers are theirs.`;
}

function shardWarning(
  first: number,
  count: number,
  shard: { readonly index: number; readonly count: number },
  whole: number,
): string {
  const numbers = `${first} to ${first + count - 1} of the ${whole} replicates from 0 on`;
  return `Shard ${shard.index} of ${shard.count}: bootstrap statistics are those of numbers ${numbers}; semnan merge puts the files together.`;
}
