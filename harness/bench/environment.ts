import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ComputeHost } from "../browser/modules/host.ts";

/** What a reader needs to judge a figure. */
export interface Environment {
  readonly date: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  /** What gave WebGPU, a browser or Dawn. */
  readonly browser: string;
  readonly adapter: string;
  /** Peers that were there, with their versions. */
  readonly versions: Readonly<Record<string, string>>;
  /** Peers that were looked for in vain. */
  readonly absent?: readonly string[];
  /** Seconds until the browser, or Dawn, had an adapter. */
  readonly start?: number;
  readonly quick?: boolean;
}

const run = promisify(execFile);

/** The last line that a command prints, or `undefined` where it is not there or fails. */
async function ask(command: string, commandArguments: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, [...commandArguments], { timeout: 60_000 });
    return stdout.trim().split("\n").at(-1);
  } catch {
    return undefined;
  }
}

/** How each peer outside npm is asked for its version. */
const OUTSIDE: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  lavaan: ["Rscript", ["-e", 'cat(as.character(packageVersion("lavaan")))']],
  OpenMx: ["Rscript", ["-e", 'cat(as.character(packageVersion("OpenMx")))']],
  PyTorch: ["python3", ["-c", "import torch; print(torch.__version__)"]],
};

/** Peers that npm installs into harness/bench/peers, by the folder of their package. */
const SCRIPTS: Readonly<Record<string, string>> = {
  "jax-js": "@jax-js/jax",
  "TensorFlow.js": "@tensorflow/tfjs-core",
  "ml-matrix": "ml-matrix",
  fmin: "fmin",
};

/** Versions of the peers that this machine has. */
export async function peerVersions(): Promise<{ versions: Record<string, string>; absent: string[] }> {
  const asked = [
    ...Object.entries(OUTSIDE).map(
      async ([name, [command, words]]) => [name, await ask(command, words)] as const,
    ),
    ...Object.entries(SCRIPTS).map(async ([name, folder]) => [name, await installedVersion(folder)] as const),
  ];
  const found = await Promise.all(asked);
  return {
    versions: Object.fromEntries(
      found.flatMap(([name, version]) => (version === undefined ? [] : [[name, version]])),
    ),
    absent: found.flatMap(([name, version]) => (version === undefined ? [name] : [])),
  };
}

async function installedVersion(folder: string): Promise<string | undefined> {
  const file = join(import.meta.dirname, "peers", "node_modules", folder, "package.json");
  try {
    return (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/** The environment of a run on `host`. */
export async function describeEnvironment(host: ComputeHost, quick: boolean): Promise<Environment> {
  const { vendor, architecture, description, fallback } = host.adapter;
  const name = [vendor, architecture, fallback ? "" : description].filter((word) => word !== "").join(" ");
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version.slice(1),
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: cpus().length,
    browser: host.version,
    adapter: name,
    ...(await peerVersions()),
    start: host.startSeconds,
    quick,
  };
}
