import { defineConfig } from "vitest/config";

/** `vite build --mode library|command|page`: the three artefacts of the package. See package.json's `build`. */
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
        rollupOptions: { output: { entryFileNames: "cli.js", banner: "#!/usr/bin/env node" } },
      },
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
