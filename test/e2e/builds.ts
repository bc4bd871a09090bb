import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** Something built from the sources as they are now. */
export interface Build {
  readonly path: string;
  remove(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "..", "..");

/** Builds beside the dependencies, where the command finds them and no other build gets in its way. */
function makeFolder(): Promise<string> {
  return mkdtemp(join(ROOT, "node_modules", ".semnan-test-"));
}

/** In a process of its own: the test run's environment would turn it into a development build. */
async function build(mode: string, folder: string): Promise<void> {
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", "--mode", mode, "--outDir", folder, "--logLevel", "error"];
  await promisify(execFile)(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: "production" },
  });
}

function built(folder: string, path: string): Build {
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The command, and the page that it fits in. */
export async function buildCommand(): Promise<Build> {
  const folder = await makeFolder();
  await Promise.all([build("command", folder), build("page", join(folder, "page"))]);
  return built(folder, join(folder, "cli.js"));
}

/** The folder of the page that people open. */
export async function buildApp(): Promise<Build> {
  const folder = await makeFolder();
  await build("app", folder);
  return built(folder, folder);
}
