import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";

/** What a reader needs to judge a figure. */
export interface Environment {
  readonly date: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly browser: string;
  readonly adapter: string;
  /** Peers that were there, with their versions. */
  readonly versions: Readonly<Record<string, string>>;
}

const run = promisify(execFile);

/** The first line that a command prints, or `undefined` where it is not there or fails. */
async function ask(command: string, commandArguments: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, [...commandArguments], { timeout: 60_000 });
    return stdout.trim().split("\n").at(-1);
  } catch {
    return undefined;
  }
}

/** Versions of the peers outside npm that this machine has. */
export async function outsidePeers(): Promise<Record<string, string>> {
  const found = await Promise.all([
    ask("Rscript", ["-e", 'cat(as.character(packageVersion("lavaan")))']),
    ask("Rscript", ["-e", 'cat(as.character(packageVersion("OpenMx")))']),
    ask("python3", ["-c", "import torch; print(torch.__version__)"]),
  ]);
  const names = ["lavaan", "OpenMx", "PyTorch"];
  return Object.fromEntries(
    names.flatMap((name, index) => (found[index] === undefined ? [] : [[name, found[index]]])),
  );
}

export async function describeEnvironment(browser: string, adapter: string): Promise<Environment> {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version.slice(1),
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: cpus().length,
    browser,
    adapter,
    versions: await outsidePeers(),
  };
}
