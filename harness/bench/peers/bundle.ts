import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const FOLDER = import.meta.dirname;

/** Whether the JavaScript peers were installed (`npm ci` in this folder). */
export function hasScriptPeers(): boolean {
  return existsSync(join(FOLDER, "node_modules", "@jax-js"));
}

/** Bundles the peers' pages, because their packages do not load as modules without a bundler. */
export async function bundleScriptPeers(): Promise<void> {
  await build({
    configFile: false,
    root: FOLDER,
    logLevel: "error",
    build: {
      outDir: join(FOLDER, "dist"),
      emptyOutDir: true,
      minify: false,
      target: "es2022",
      lib: {
        entry: { jaxjs: join(FOLDER, "jaxjs.js"), tensorflow: join(FOLDER, "tensorflow.js") },
        formats: ["es"],
      },
    },
  });
}
