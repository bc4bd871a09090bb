import { writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { OptionError, SemnanError } from "../errors.ts";
import { readAnalysis, type Analysis } from "../embed/analysis.ts";
import { mergeReplicateFiles, readReplicates, type MergedReplicates } from "../fit/bootstrap/replicateCsv.ts";
import { summarizeReplicates } from "../statistics/bootstrap.ts";
import { replicateFileHead } from "../statistics/replicateFile.ts";
import type { FitResult } from "../statistics/result.ts";
import { analysisOf, type AnalysisOptions } from "./analysisOptions.ts";
import { readText } from "./files.ts";
import { estimatorOptions, engineOptions, modelOptions, outputOptions } from "./options.ts";
import { type OutputOptions, requireOutputs, writeResult, writeText } from "./output.ts";
import {
  type BootstrapStatisticsOptions,
  bootstrapStatisticsOptions,
  startsOption,
} from "./resamplingOptions.ts";
import { bootstrapOptions, warn } from "./runBootstrap.ts";
import { runFit } from "./runFit.ts";
import { runStarts } from "./runStarts.ts";

export type MergeCommandOptions = OutputOptions &
  BootstrapStatisticsOptions &
  AnalysisOptions & {
    readonly model?: string | undefined;
    readonly data?: string | undefined;
    readonly replicates?: string | undefined;
    readonly starts?: number | undefined;
    readonly browser?: string | undefined;
  };

/**
 * `semnan merge FILES`: puts the replicate files of shards together and, given model and data, writes the result that one
 * run would have given. Returns the exit code: 0, or 1 where replicates are missing or the fit is not sound.
 *
 * @throws SemnanError for bad input.
 */
export async function mergeCommand(paths: readonly string[], options: MergeCommandOptions): Promise<number> {
  const { model, data } = options;
  if ((model === undefined) !== (data === undefined)) {
    throw new OptionError(
      "--model and --data belong together",
      "Give both for the result of the merged replicates, or none for their list alone.",
    );
  }
  await requireOutputs([options.out, options.diagram, options.replicates]);
  const files = await Promise.all(paths.map(async (name) => ({ name, text: await readText(name) })));
  const merged = mergeReplicateFiles(files);
  if (options.replicates !== undefined) await writeFile(options.replicates, merged.text);
  if (model === undefined || data === undefined) return writeList(merged, options);
  const analysis = analysisOf(options, await readText(model), await readText(data));
  const prepared = readAnalysis(analysis);
  const fitted = await fitAgain(analysis, prepared, options);
  const result = await summarise(merged, fitted, analysis, prepared, options);
  await writeResult(result, prepared.model, options);
  return result.converged && result.identified && merged.missing.length === 0 ? 0 : 1;
}

/** The list alone, to standard output where no option names a file for it. */
async function writeList({ text, missing }: MergedReplicates, options: MergeCommandOptions): Promise<number> {
  if (options.replicates === undefined || options.out !== undefined) await writeText(text, options.out);
  if (missing.length === 0) return 0;
  process.stderr.write(`semnan: ${missingWarning(missing)}\n`);
  return 1;
}

async function fitAgain(
  analysis: Analysis,
  prepared: ReturnType<typeof readAnalysis>,
  options: MergeCommandOptions,
): Promise<FitResult> {
  const { starts } = options;
  if (starts === undefined) return runFit(analysis, prepared, options.browser);
  return (await runStarts(analysis, prepared, { ...options, starts })).result;
}

async function summarise(
  { text, missing }: MergedReplicates,
  fitted: FitResult,
  analysis: Analysis,
  { model, data }: ReturnType<typeof readAnalysis>,
  options: MergeCommandOptions,
): Promise<FitResult> {
  const parameters = model.parameters.map(({ name }) => name);
  const { head, replicates } = readReplicates({ name: "the list of replicates", text }, parameters);
  if (!head) throw new SemnanError("the files hold no replicate", "Wait until the shards have written some.");
  const { of, seed, kind } = head;
  const asked = { ...bootstrapOptions(analysis, of, options), seed, kind };
  if (replicateFileHead(model, data, asked).sample !== head.sample) {
    throw new SemnanError(
      "the replicates are not those of this model, these data and this estimator",
      "Give the files and options that the shards were run with.",
    );
  }
  const result = await summarizeReplicates(model, data, fitted, replicates, asked);
  return warn(result, ...(missing.length > 0 ? [missingWarning(missing)] : []));
}

const MOST_RANGES = 8;

function missingWarning(missing: readonly string[]): string {
  const more = missing.length > MOST_RANGES ? ` and ${missing.length - MOST_RANGES} further ranges` : "";
  return `Replicates are missing: ${missing.slice(0, MOST_RANGES).join(", ")}${more}.`;
}

/** The command's arguments, for the program to add. */
export function mergeProgram(
  action: (files: readonly string[], options: MergeCommandOptions) => Promise<void>,
): Command {
  const command = new Command("merge")
    .description(
      "puts the replicate files of shards together, in any order; with --model and --data it writes the result that one run would have given",
    )
    .argument("<files...>", "files that semnan fit --bootstrap … --shard i/n --replicates FILE wrote")
    .addOption(new Option("--replicates <file.csv>", "write the merged list of replicates there"))
    .addOption(new Option("--model <file>", "the model of the run"))
    .addOption(new Option("--data <file>", "the data of the run"))
    .addHelpText(
      "after",
      `
Without --model and --data the merged list is the output. Other options as for the shards themselves.

Exit codes: 0 complete, 1 replicates are missing (what is there is written) or the fit is not sound, 2 bad input.

  semnan merge part-*.csv --model model.lav --data data.csv --replicates all.csv`,
    );
  const options = [
    bootstrapStatisticsOptions(),
    outputOptions(),
    modelOptions(),
    estimatorOptions(),
    [startsOption()],
    engineOptions(),
  ];
  for (const option of options.flat()) command.addOption(option);
  return command.action((files: string[], given: MergeCommandOptions) => action(files, given));
}
