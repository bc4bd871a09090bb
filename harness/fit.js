// `npm run fit [MODEL DATA] [options]`: builds what is out of date, then fits in headless Chrome through WebGPU.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const example = [join(root, "harness/examples/holzinger.lav"), join(root, "harness/examples/holzinger.csv")];

/** When a file, or the newest file of a folder, was last changed; 0 where there is none. */
function changedAt(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  return Math.max(0, ...readdirSync(path).map((name) => changedAt(join(path, name))));
}

/** Runs a program to its end, and ends this one with it where it fails. */
function run(program, args) {
  const { status } = spawnSync(program, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 2);
}

const sources = ["src", "shaders", "harness/browser", "package.json", "vite.config.ts"];
const built = Math.min(...["dist/cli.js", "dist/page/index.html"].map((path) => changedAt(join(root, path))));
if (Math.max(...sources.map((path) => changedAt(join(root, path)))) > built) {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  for (const mode of ["command", "page"]) {
    run(process.execPath, [vite, "build", root, "--mode", mode, "--logLevel", "warn"]);
  }
}

const given = process.argv.slice(2);
const files = given.some((argument) => !argument.startsWith("-")) ? [] : example;
run(process.execPath, [join(root, "dist/cli.js"), "fit", ...files, "--backend", "webgpu", ...given]);
