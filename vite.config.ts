import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { contentSecurityPolicy } from "./harness/app/build/contentSecurityPolicy.ts";
import { offline } from "./harness/app/build/offline.ts";

/** `vite build --mode library|command|page` makes the package (package.json's `build`), `--mode app` the web page. */
export default defineConfig(({ mode }) => {
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
  if (mode === "app") {
    return {
      test,
      root: "harness/app",
      base: "./",
      plugins: [contentSecurityPolicy(), offline(join(import.meta.dirname, "harness/app/public"))],
      worker: { format: "es" as const },
      build: { outDir: "../../dist/app", emptyOutDir: true, target: "es2023", assetsInlineLimit: 0 },
      preview: { open: true },
    };
  }
  if (mode === "page") {
    return {
      test,
      root: "harness/browser/page",
      base: "./",
      build: { outDir: "../../../dist/page", emptyOutDir: true, target: "es2022" },
    };
  }
  return {
    test,
    build: {
      outDir: "dist",
      emptyOutDir: true,
      target: "es2022",
      lib: { entry: { index: "src/index.ts" }, formats: ["es" as const] },
      rollupOptions: { external: ["papaparse"] },
      sourcemap: true,
    },
  };
});
