import { CommanderError } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { benchCommand } from "./benchCommand.ts";
import { formatComplaint, reportError, type FileNames } from "./complaint.ts";
import { displayName } from "./files.ts";
import { fitCommand } from "./fitCommand.ts";
import { PageError } from "./inBrowser.ts";
import { identifyCommand } from "./identifyCommand.ts";
import { infoCommand } from "./infoCommand.ts";
import { INTERRUPTED, Interruption } from "./interruptible.ts";
import { mergeCommand } from "./mergeCommand.ts";
import { buildProgram, normaliseSwitches } from "./program.ts";
import { simulateCommand } from "./simulateCommand.ts";

/** 0 fitted, 1 did not converge or not identified, 2 bad input, 130 interrupted. */
async function run(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  let files: FileNames = {};
  const program = buildProgram(manifest.version, {
    async fit(model, data, options) {
      files = { model: displayName(model), data: displayName(data) };
      exitCode = await fitCommand(model, data, options);
    },
    async merge(replicateFiles, options) {
      files = {
        ...(options.model !== undefined && { model: displayName(options.model) }),
        ...(options.data !== undefined && { data: displayName(options.data) }),
      };
      exitCode = await mergeCommand(replicateFiles, options);
    },
    async simulate(model, options) {
      files = {
        model: displayName(model),
        ...(options.data !== undefined && { data: displayName(options.data) }),
      };
      exitCode = await simulateCommand(model, options);
    },
    async identify(model, options) {
      files = { model: displayName(model) };
      exitCode = await identifyCommand(model, options);
    },
    async info(options) {
      exitCode = await infoCommand(manifest.version, options);
    },
    async bench(benchArguments) {
      exitCode = await benchCommand(benchArguments);
    },
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      outputError: (text, write) =>
        write(
          `${text
            .replace(/^error: /, "semnan: ")
            .trim()
            .replaceAll("\n", " ")}\n`,
        ),
    });
    const own = command === program ? "fit" : command.name();
    command.showHelpAfterError(`  See semnan --help, or semnan ${own} --help.`);
  }
  try {
    await program.parseAsync(normaliseSwitches(args), { from: "user" });
  } catch (error) {
    if (error instanceof Interruption) return INTERRUPTED;
    // Help and version end here too; commander has already said what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const report = error instanceof PageError ? error.report : reportError(error);
    process.stderr.write(formatComplaint(report, files));
    if (process.env["SEMNAN_DEBUG"]) console.error(error);
    return 2;
  }
  return exitCode;
}

// `semnan fit … | head` closes the pipe early, which is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await run(process.argv.slice(2));
