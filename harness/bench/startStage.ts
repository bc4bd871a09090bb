import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { type BrowserSession, launchBrowser } from "../browser/launch.ts";
import { serveFolder } from "../browser/serve.ts";
import { hasScriptPeers } from "./peers/bundle.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const VITE = join(ROOT, "node_modules", "vite", "bin", "vite.js");

/** Everything whose start is timed, built from today's sources into one folder, and served. */
export interface StartStage {
  /** The built command. */
  readonly command: string;
  readonly origin: string;
  /** Bytes of the module that a page loads. */
  readonly bytes: { readonly minified: number; readonly gzip: number };
  close(): Promise<void>;
}

/** Builds the command, the page, the web page and the module, as the package has them. */
export async function raiseStartStage(): Promise<StartStage> {
  // Beside the dependencies, where the command finds them.
  const folder = await mkdtemp(join(ROOT, "node_modules", ".semnan-bench-"));
  const make = (mode: string, outDir: string): Promise<unknown> =>
    promisify(execFile)(
      process.execPath,
      [VITE, "build", "--mode", mode, "--outDir", outDir, "--logLevel", "error"],
      { cwd: ROOT, env: { ...process.env, NODE_ENV: "production" } },
    );
  try {
    await Promise.all([make("command", folder), make("page", join(folder, "page"))]);
    await Promise.all([make("app", join(folder, "app")), make("semnan", folder)]);
    await buildPageCode(folder);
    if (hasScriptPeers())
      await cp(join(import.meta.dirname, "peers", "dist"), join(folder, "peers"), { recursive: true });
    await mkdir(join(folder, "blank"));
    await writeFile(join(folder, "blank", "index.html"), "<!doctype html><title>start</title>");
    const module = await readFile(join(folder, "semnan.js"));
    const server = await serveFolder(folder);
    return {
      command: join(folder, "cli.js"),
      origin: server.origin,
      bytes: { minified: module.length, gzip: gzipSync(module, { level: 9 }).length },
      async close() {
        await server.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function buildPageCode(folder: string): Promise<void> {
  await build({
    configFile: false,
    root: ROOT,
    logLevel: "error",
    build: {
      outDir: join(folder, "code"),
      emptyOutDir: false,
      target: "es2022",
      lib: { entry: { start: join(import.meta.dirname, "page", "start.ts") }, formats: ["es"] },
    },
  });
}

/** What a visit came to, and how long the browser took to start for it. */
export interface Visit<Result> {
  readonly browserSeconds: number;
  readonly version: string;
  readonly result: Result;
}

/** Starts a browser with a profile of its own, opens a page and calls one function of page/start.ts there. */
export async function visit<Result>(
  { origin }: StartStage,
  path: string,
  name: string,
  ...values: readonly string[]
): Promise<Visit<Result>> {
  const session: BrowserSession = await launchBrowser({ pipe: true });
  try {
    const page = await session.browser.newPage();
    await page.goto(`${origin}/${path}/`);
    const call = `import("${origin}/code/start.js").then((code) => code.${name}(...${JSON.stringify(values)}))`;
    const result = (await page.evaluate(call)) as Result;
    return { browserSeconds: session.seconds, version: session.version, result };
  } finally {
    await session.close();
  }
}
