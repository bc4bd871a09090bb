import { Command, Option } from "commander";
import type { FitCommandOptions } from "./fitCommand.ts";
import { identifyProgram, type IdentifyCommandOptions } from "./identifyCommand.ts";
import type { InfoOptions } from "./infoCommand.ts";
import { mergeProgram, type MergeCommandOptions } from "./mergeCommand.ts";
import { browserOption, engineOptions, estimatorOptions, modelOptions, outputOptions } from "./options.ts";
import { resamplingOptions } from "./resamplingOptions.ts";
import { simulateProgram, type SimulateCommandOptions } from "./simulateCommand.ts";

/** What the commands do; the program only reads their arguments. */
export interface Actions {
  fit(model: string, data: string, options: FitCommandOptions): Promise<void>;
  merge(files: readonly string[], options: MergeCommandOptions): Promise<void>;
  simulate(model: string, options: SimulateCommandOptions): Promise<void>;
  identify(model: string, options: IdentifyCommandOptions): Promise<void>;
  info(options: InfoOptions): Promise<void>;
  /** Gets what follows `bench` as it is. */
  bench(benchArguments: readonly string[]): Promise<void>;
}

/** The command line of DESIGN, "Outside contracts". Options that lavaan has bear lavaan's names in kebab case. */
export function buildProgram(version: string, actions: Actions): Command {
  const program = new Command("semnan")
    .description("Fits linear-Gaussian causal models with latent variables, on the GPU through WebGPU.")
    .version(version, "-v, --version");
  addFit(program, actions);
  program.addCommand(mergeProgram((files, options) => actions.merge(files, options)));
  program.addCommand(simulateProgram((model, options) => actions.simulate(model, options)));
  program.addCommand(identifyProgram((model, options) => actions.identify(model, options)));
  program
    .command("info")
    .description("tells which browser, adapter, features and limits a fit would run on")
    .addOption(new Option("--format <format>", "how to write it").choices(["table", "json"]).default("table"))
    .addOption(browserOption())
    .action((options: InfoOptions) => actions.info(options));
  program
    .command("bench")
    .description("measures semnan against its peers (in the repository; bench --help tells its options)")
    .argument("[arguments...]")
    .allowUnknownOption()
    .helpOption(false)
    .action((benchArguments: string[]) => actions.bench(benchArguments));
  return program;
}

const AFTER_FIT = `
Ctrl-C during --bootstrap or --starts stops them and reports what is done by then; the replicate file keeps it too.

Exit codes: 0 fitted, 1 did not converge or is not identified (results are written all the same), 2 bad input,
130 interrupted.`;

function addFit(program: Command, actions: Actions): void {
  const command = program
    .command("fit")
    .description("fits a model to data")
    .argument("<model>", "lavaan syntax (.lav, .txt), dagitty (.dag) or JSON (.json); - for standard input")
    .argument("<data>", "CSV with a header row, or a covariance matrix in CSV or JSON; - for standard input");
  const options = [outputOptions(), modelOptions(), estimatorOptions(), resamplingOptions(), engineOptions()];
  for (const option of options.flat()) command.addOption(option);
  command
    .addHelpText("after", AFTER_FIT)
    .action((model: string, data: string, options: FitCommandOptions) => actions.fit(model, data, options));
}

/** `--fixed-x=false` is `--no-fixed-x`: an optional value would swallow the argument that follows a bare switch. */
export function normaliseSwitches(args: readonly string[]): string[] {
  return args.map((argument) => {
    const [, name, value] = /^--([a-z-]+)=(true|false)$/i.exec(argument) ?? [];
    if (name === undefined) return argument;
    return value!.toLowerCase() === "true" ? `--${name}` : `--no-${name}`;
  });
}
