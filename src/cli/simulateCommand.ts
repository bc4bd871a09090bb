import { Command, InvalidArgumentError, Option } from "commander";
import { readAnalysis, readModel, type ModelSettings } from "../embed/analysis.ts";
import { ModelError } from "../errors.ts";
import type { Model } from "../model/model.ts";
import {
  formatSimulationCsv,
  formatSimulationJson,
  formatSimulationTable,
} from "../presentation/simulation.ts";
import { estimatesOf } from "../statistics/bootstrap.ts";
import { fit } from "../statistics/fit.ts";
import { type Population, statedPopulation } from "../statistics/population.ts";
import { simulate, type SimulationResult } from "../statistics/simulate.ts";
import { modelSettingsOf } from "./analysisOptions.ts";
import { readText } from "./files.ts";
import { INTERRUPTED, interruptible } from "./interruptible.ts";
import { readingOptions, share, wholeNumber } from "./options.ts";
import { requireOutputs, writeText } from "./output.ts";
import { showCounts } from "./progress.ts";
import { interruptionWarning } from "./runBootstrap.ts";

export interface SimulateCommandOptions extends ModelSettings {
  /** One size for each group. */
  readonly n: readonly number[];
  readonly samples: number;
  readonly analysis?: string | undefined;
  readonly data?: string | undefined;
  readonly group?: string | undefined;
  readonly level?: number | undefined;
  readonly seed?: number | undefined;
  readonly threads?: number | undefined;
  readonly format: "table" | "json" | "csv";
  readonly digits?: number | undefined;
  readonly out?: string | undefined;
}

const FORMATS = {
  table: (result: SimulationResult, { digits = 3 }: SimulateCommandOptions): string =>
    formatSimulationTable(result, digits),
  json: formatSimulationJson,
  csv: formatSimulationCsv,
};

/**
 * `semnan simulate MODEL`: bias, coverage and power of a model's estimates. Returns the exit code: 0, 1 where no sample
 * could be fitted, or (interrupted) 130. @throws SemnanError for bad input.
 */
export async function simulateCommand(modelPath: string, options: SimulateCommandOptions): Promise<number> {
  await requireOutputs([options.out]);
  const text = await readText(modelPath);
  const { samples, level, seed, threads, n } = options;
  const population = options.data
    ? await fittedPopulation(text, options.data, options)
    : stated(text, options);
  const analysis = options.analysis && readPlain(await readText(options.analysis), options);
  const progress = await showCounts("simulation");
  try {
    const result = await interruptible((signal) =>
      simulate(population, {
        n: n.length === 1 ? n[0]! : n,
        replicates: samples,
        level,
        seed,
        threads,
        ...(analysis && { analysis }),
        signal,
        onProgress: progress.update.bind(progress),
      }),
    );
    const isInterrupted = result.replicates < samples;
    const warnings = isInterrupted ? [interruptionWarning(result.replicates, samples, "samples")] : [];
    const told = { ...result, warnings: [...result.warnings, ...warnings] };
    await writeText(FORMATS[options.format](told, options), options.out);
    if (isInterrupted) return INTERRUPTED;
    return result.converged > 0 ? 0 : 1;
  } finally {
    progress.stop();
  }
}

function stated(text: string, options: SimulateCommandOptions): Population {
  return statedPopulation(readPlain(text, options));
}

/** As many groups as there are sample sizes. */
function readPlain(text: string, options: SimulateCommandOptions): Model {
  const { n } = options;
  const labels = n.length === 1 ? [""] : n.map((_, g) => String(g + 1));
  return readModel(text, modelSettingsOf(options), labels);
}

/** The population that a model fitted to data describes; its covariates have moments of their own then. */
async function fittedPopulation(
  text: string,
  path: string,
  options: SimulateCommandOptions,
): Promise<Population> {
  const { model, data } = readAnalysis({
    model: text,
    data: await readText(path),
    modelSettings: { ...modelSettingsOf(options), fixedX: false },
    dataSettings: options.group === undefined ? {} : { group: options.group },
  });
  const result = await fit(model, data);
  if (result.converged && result.identified) return { model, theta: estimatesOf(model, result) };
  throw new ModelError(
    "the model cannot be fitted to the data, so there is no population to draw from",
    "See what semnan fit says of it.",
  );
}

/** The command's arguments, for the program to add. */
export function simulateProgram(
  action: (model: string, options: SimulateCommandOptions) => Promise<void>,
): Command {
  const command = new Command("simulate")
    .description("draws samples from a model, fits it to each, and tells bias, coverage and power")
    .argument(
      "<model>",
      "the population: a model that states its values, as in f =~ start(0.8)*x1; - for standard input",
    )
    .requiredOption("--n <sizes>", "cases of each sample; several groups as in 100,150", sizes)
    .addOption(new Option("--samples <count>", "samples to draw").argParser(wholeNumber(2)).default(1000))
    .addOption(new Option("--analysis <model>", "another model to fit to the samples"))
    .addOption(new Option("--data <file>", "take the values from a fit of the model to these data"))
    .addOption(new Option("--group <column>", "column of --data that tells the groups apart"))
    .addOption(
      new Option("--level <share>", "level of intervals, and of the tests of power (0.95)").argParser(share),
    )
    .addOption(new Option("--seed <number>", "seed of everything random (1)").argParser(wholeNumber(0)))
    .addOption(
      new Option("--threads <count>", "threads (as many as there are cores)").argParser(wholeNumber(1)),
    );
  for (const option of readingOptions()) command.addOption(option);
  return command
    .addOption(
      new Option("--format <format>", "how to write the result")
        .choices(["table", "json", "csv"])
        .default("table"),
    )
    .addOption(new Option("--digits <count>", "decimals in the table (3)").argParser(wholeNumber(0)))
    .addOption(new Option("--out <file>", "write the result to a file instead of standard output"))
    .addHelpText("after", AFTER)
    .action((model: string, options: SimulateCommandOptions) => action(model, options));
}

const AFTER = `
Variances without a value are 1, covariances and intercepts 0. What is written as a plain number (0.8*x1) is fixed, in
the population and in the fits.

Ctrl-C stops and reports the samples that are done. Exit codes: 0 done, 1 no sample could be fitted, 2 bad input,
130 interrupted.

  semnan simulate harness/examples/power.lav --n 200`;

function sizes(text: string): number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.every((number) => Number.isSafeInteger(number) && number >= 2)) return numbers;
  throw new InvalidArgumentError(
    "It must be a whole number, 2 or more, or one for each group as in 100,150.",
  );
}
