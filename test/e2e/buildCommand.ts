import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A build of the command and its page from the sources as they are now. */
export interface BuiltCommand {
  readonly path: string;
  remove(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "..", "..");

/** Builds beside the dependencies, where the command finds them and no other build gets in its way. */
export async function buildCommand(): Promise<BuiltCommand> {
  const folder = await mkdtemp(join(ROOT, "node_modules", ".semnan-test-"));
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  const build = (mode: string, outDir: string) =>
    promisify(execFile)(
      process.execPath,
      [vite, "build", "--mode", mode, "--outDir", outDir, "--logLevel", "error"],
      {
        cwd: ROOT,
        env: { ...process.env, NODE_ENV: "production" },
      },
    );
  await Promise.all([build("command", folder), build("page", join(folder, "page"))]);
  return { path: join(folder, "cli.js"), remove: () => rm(folder, { recursive: true, force: true }) };
}
