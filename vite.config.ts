import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { compactShaders } from "./harness/app/build/compactShaders.ts";
import { contentSecurityPolicy } from "./harness/app/build/contentSecurityPolicy.ts";
import { followableUrls } from "./harness/app/build/followableUrls.ts";
import { offline } from "./harness/app/build/offline.ts";
import manifest from "./package.json" with { type: "json" };

/** What npm installs beside the package; everything else becomes part of it. */
const DEPENDENCIES = Object.keys(manifest.dependencies);

/** Files of the package that pages load as they are, without a bundler: each holds all it needs. */
const BUNDLES: Readonly<Record<string, string>> = {
  worker: "src/embed/worker.ts",
  element: "src/embed/element/define.ts",
  semnan: "src/index.ts",
};

/**
 * `vite build --mode library|command|page` and one mode for each of BUNDLES make the package (package.json's `build`),
 * `--mode app` makes the web page.
 */
export default defineConfig(({ mode }) => {
  const plugins = [compactShaders()];
  const test = {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/gpu/setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  };
  if (mode === "command") {
    return {
      test,
      plugins,
      build: {
        outDir: "dist",
        emptyOutDir: false,
        target: "node20",
        ssr: "src/cli/main.ts",
        rollupOptions: {
          output: {
            entryFileNames: "cli.js",
            chunkFileNames: "cli-[name].js",
            banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : ""),
          },
        },
      },
    };
  }
  const bundle = BUNDLES[mode];
  if (bundle !== undefined) {
    return {
      test,
      plugins: [...plugins, followableUrls()],
      build: {
        outDir: "dist/embed",
        emptyOutDir: false,
        target: "es2022",
        lib: { entry: { [mode]: bundle }, formats: ["es" as const] },
        // Vite keeps the blanks of libraries, for those who bundle them further; nobody bundles these.
        rollupOptions: { output: { codeSplitting: false, minify: true } },
      },
    };
  }
  if (mode === "app") {
    return {
      test,
      root: "harness/app",
      base: "./",
      plugins: [
        ...plugins,
        contentSecurityPolicy(),
        offline(join(import.meta.dirname, "harness/app/public")),
      ],
      worker: { format: "es" as const, plugins: () => plugins },
      build: { outDir: "../../dist/app", emptyOutDir: true, target: "es2023", assetsInlineLimit: 0 },
      preview: { open: true },
    };
  }
  if (mode === "page") {
    return {
      test,
      plugins,
      root: "harness/browser/page",
      base: "./",
      build: { outDir: "../../../dist/page", emptyOutDir: true, target: "es2022" },
    };
  }
  return {
    test,
    plugins: [...plugins, followableUrls()],
    build: {
      outDir: "dist",
      emptyOutDir: true,
      target: "es2022",
      minify: false,
      // One module for each source file, so that bundlers drop what a page does not use, libraries included.
      lib: { entry: { index: "src/index.ts" }, formats: ["es" as const] },
      rollupOptions: {
        external: (id) => DEPENDENCIES.some((name) => id === name || id.startsWith(`${name}/`)),
        output: { preserveModules: true, preserveModulesRoot: "src", entryFileNames: "[name].js" },
      },
      sourcemap: true,
    },
  };
});
