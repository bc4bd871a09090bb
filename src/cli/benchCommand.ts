import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { BackendUnavailableError } from "../errors.ts";

/** Where the repository has its benchmarks: above the built command, wherever the build put it. */
function repositoryRoot(): string | undefined {
  let folder = fileURLToPath(new URL(".", import.meta.url));
  for (;;) {
    const parent = join(folder, "..");
    if (existsSync(join(folder, "harness", "bench", "main.ts"))) return folder;
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/**
 * `semnan bench`: runs the repository's benchmarks with the given arguments and returns their exit code.
 *
 * @throws BackendUnavailableError where the command was installed without the repository: models, data and peers of the
 * benchmarks are no part of the package.
 */
export async function benchCommand(benchArguments: readonly string[]): Promise<number> {
  const root = repositoryRoot();
  const requireHere = createRequire(import.meta.url);
  if (root === undefined || !isInstalled(requireHere, "tsx")) {
    throw new BackendUnavailableError(
      "the benchmarks come with the repository of semnan, not with the installed package",
      "Clone the repository, run npm ci there, and then npm run bench.",
    );
  }
  const loader = pathToFileURL(requireHere.resolve("tsx")).href;
  const script = join(root, "harness", "bench", "main.ts");
  const child = spawn(process.execPath, ["--import", loader, script, ...benchArguments], {
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code === 0 ? 0 : 2));
  });
}

function isInstalled(requireHere: NodeJS.Require, name: string): boolean {
  try {
    requireHere.resolve(name);
    return true;
  } catch {
    return false;
  }
}
