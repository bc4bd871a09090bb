import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { inject } from "vitest";

export const ROOT = join(import.meta.dirname, "..", "..");
export const EXAMPLES = join(ROOT, "harness", "examples");

/** How a run of the command ended. */
export interface CommandRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Gets the process as soon as it runs. */
  readonly started?: (child: ChildProcess) => void;
}

let built: Promise<string> | undefined;

/** The path of the command, built for this run of the tests. */
export function commandPath(): Promise<string> {
  built ??= askForBuild("command");
  return built;
}

/** The path of something that is built once for this run of the tests. */
export async function askForBuild(what: "command" | "app"): Promise<string> {
  const answer = await fetch(`${inject("browserControl")}${what}`);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.text();
}

/** Runs the built command as a user would, in a process of its own. */
export async function semnan(args: readonly string[], options: CommandOptions = {}): Promise<CommandRun> {
  const path = await commandPath();
  const browser = process.env["SEMNAN_TEST_BROWSER"];
  const child = spawn(process.execPath, [path, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...(browser === undefined ? {} : { SEMNAN_BROWSER: browser }), ...options.env },
  });
  options.started?.(child);
  child.stdin.end(options.input ?? "");
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
