import { OptionError } from "../errors.ts";
import { readAnalysis } from "../embed/analysis.ts";
import { analysisOf, type AnalysisOptions } from "./analysisOptions.ts";
import { displayName, readText } from "./files.ts";
import { INTERRUPTED } from "./interruptible.ts";
import { type OutputOptions, requireOutputs, writeResult } from "./output.ts";
import { requireBootstrap, type ResamplingOptions } from "./resamplingOptions.ts";
import { runBootstrap, type Outcome } from "./runBootstrap.ts";
import { runFit } from "./runFit.ts";
import { runStarts } from "./runStarts.ts";

export type FitCommandOptions = OutputOptions &
  ResamplingOptions &
  AnalysisOptions & { readonly browser?: string | undefined };

/**
 * `semnan fit MODEL DATA`: writes the result and returns the exit code, 0, 1 or (interrupted) 130.
 * @throws SemnanError for bad input.
 */
export async function fitCommand(
  modelPath: string,
  dataPath: string,
  options: FitCommandOptions,
): Promise<number> {
  requireBootstrap(options);
  refuseSwappedFiles(modelPath, dataPath);
  await requireOutputs([options.out, options.diagram, options.replicates]);
  const modelText = await readText(modelPath);
  const analysis = analysisOf(options, modelText, await readText(dataPath));
  const prepared = readAnalysis(analysis);
  const { starts } = options;
  const fitted: Outcome =
    starts === undefined
      ? { result: await runFit(analysis, prepared, options.browser), isInterrupted: false }
      : await runStarts(analysis, prepared, { ...options, starts });
  const { result, isInterrupted } = fitted.isInterrupted
    ? fitted
    : await runBootstrap(fitted.result, analysis, prepared, options);
  await writeResult(result, prepared.model, options);
  if (isInterrupted) return INTERRUPTED;
  return result.converged && result.identified ? 0 : 1;
}

function refuseSwappedFiles(modelPath: string, dataPath: string): void {
  if (modelPath === "-" && dataPath === "-") {
    throw new OptionError(
      "model and data cannot both come from standard input",
      "Put one of them into a file.",
    );
  }
  if (/\.csv$/i.test(modelPath) && /\.(lav|dag)$/i.test(dataPath)) {
    throw new OptionError(
      `${displayName(modelPath)} looks like data and ${displayName(dataPath)} like a model`,
      "The model comes first: semnan fit MODEL DATA.",
    );
  }
}
