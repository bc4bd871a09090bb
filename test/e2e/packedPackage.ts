import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..");
/** What the build reads. */
const SOURCES = [
  "src",
  "shaders",
  "harness",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "vite.config.ts",
];

/** The package as npm would publish it. */
export interface PackedPackage {
  readonly tarball: string;
  /** The unpacked package. */
  readonly folder: string;
  /** Copies an example project and puts the package and what it depends on beside it. Returns the project's folder. */
  install(example: string, alsoNeeded?: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Builds and packs a copy of the sources, so that nothing else that runs meanwhile gets in the way. */
export async function packPackage(): Promise<PackedPackage> {
  const folder = await mkdtemp(join(tmpdir(), "semnan-packed-"));
  const copy = join(folder, "sources");
  await mkdir(copy);
  for (const name of [...SOURCES, "README.md", "LICENSE"]) {
    await cp(join(ROOT, name), join(copy, name), { recursive: true }).catch(() => undefined);
  }
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const env = { ...process.env, NODE_ENV: "production" };
  await run("npm", ["run", "build"], { cwd: copy, env });
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
    cwd: copy,
    maxBuffer: 64 * 1024 * 1024,
  });
  const tarball = join(folder, tarballName(stdout));
  await run("tar", ["-xzf", tarball, "-C", folder]);
  const unpacked = join(folder, "package");
  return {
    tarball,
    folder: unpacked,
    install: (example, alsoNeeded = []) => install(folder, unpacked, example, alsoNeeded),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** npm prints a list of packages, or (newer ones) an object of them. */
function tarballName(output: string): string {
  const parsed = JSON.parse(output) as { filename: string }[] | Record<string, { filename: string }>;
  return Object.values(parsed)[0]!.filename;
}

async function install(
  folder: string,
  unpacked: string,
  example: string,
  alsoNeeded: readonly string[],
): Promise<string> {
  const project = join(folder, "projects", example);
  await cp(join(ROOT, "harness", "embedding", example), project, { recursive: true });
  const modules = join(project, "node_modules");
  await mkdir(modules);
  await cp(unpacked, join(modules, "semnan"), { recursive: true });
  const { dependencies } = JSON.parse(await readFile(join(unpacked, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), ...alsoNeeded]) {
    if (name.startsWith("@")) await mkdir(join(modules, name.split("/")[0]!), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
  return project;
}
