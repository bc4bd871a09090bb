import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { launchBrowser } from "../../browser/launch.ts";
import { unpackNpmChromium } from "../../browser/npm-chromium.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** Where drivers describe themselves to Vulkan, beyond the places that the loader knows. */
const DRIVER_FILES = [
  "/usr/share/vulkan/icd.d/nvidia_icd.json",
  "/etc/vulkan/icd.d/nvidia_icd.json",
  "/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json",
];

interface Options {
  readonly out: string;
  readonly suite: string;
  readonly quick: boolean;
  readonly software: boolean;
}

type Variables = Record<string, string | undefined>;

/** Runs a command in the repository and says how it ended. */
async function run(words: readonly string[], environment: Variables): Promise<number> {
  process.stderr.write(`\n== ${words.join(" ")}\n`);
  const child = spawn(words[0]!, words.slice(1), {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  return new Promise((resolve) => {
    child.once("error", () => resolve(127)).once("close", (code) => resolve(code ?? 1));
  });
}

/**
 * What a process needs to find Vulkan: the machine's loader and driver; where it has no loader, the one beside npm's
 * Chromium; with `software`, SwiftShader from the same place, to try this script out on a machine without a GPU.
 */
async function vulkanEnvironment(software: boolean): Promise<Variables> {
  if (process.platform !== "linux") return {};
  const bundled = await unpackNpmChromium().then(
    ({ executable }) => dirname(executable),
    () => undefined,
  );
  const driver = software
    ? bundled && join(bundled, "vk_swiftshader_icd.json")
    : (process.env["VK_DRIVER_FILES"] ?? DRIVER_FILES.find(existsSync));
  // Last, so that a loader of the machine's own is found first.
  const paths = [process.env["LD_LIBRARY_PATH"], bundled].filter(Boolean).join(":");
  return { LD_LIBRARY_PATH: paths, ...(driver && { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver }) };
}

/** Whether Chrome gives a hardware adapter here. */
async function hasChromeOnHardware(): Promise<boolean> {
  const session = await launchBrowser({ pipe: true }).catch(() => undefined);
  await session?.close();
  return session !== undefined && !session.adapter.fallback;
}

/** The GPU tests and the suites, first on Dawn without a browser, then in Chrome where it sees the GPU. */
async function main(): Promise<void> {
  const options = new Command("hardware")
    .description(
      "Runs the GPU tests and the benchmarks on this machine's GPU, through Dawn and through Chrome.",
    )
    .option("--out <folder>", "where the reports go", join(ROOT, "harness", "bench", "results", "hardware"))
    .option("--suite <names>", "suites to run", "solver,batch,scale,accuracy")
    .option("--quick", "fewer and smaller cases", false)
    .option("--software", "SwiftShader instead of a GPU, to try this script out", false)
    .parse()
    .opts<Options>();
  const vulkan = await vulkanEnvironment(options.software);
  const bench = (backend: string): string[] =>
    ["npm", "run", "bench", "--", "--backend", backend, "--suite", options.suite].concat(
      ["--out", join(options.out, backend)],
      options.quick ? ["--quick"] : [],
    );
  const tests = ["npx", "vitest", "run", "test/gpu"];
  const ended: Record<string, number> = {
    // The bridge to a page is nothing that Dawn in this process has.
    "GPU tests on Dawn": await run([...tests, "--exclude", "**/bridge.test.ts"], {
      ...vulkan,
      SEMNAN_TEST_BACKEND: "dawn",
    }),
    "benchmarks on Dawn": await run(bench("dawn"), vulkan),
  };
  if (options.software || (await hasChromeOnHardware())) {
    ended["GPU tests in Chrome"] = await run(tests, {});
    ended["benchmarks in Chrome"] = await run(bench("chrome"), {});
  } else process.stderr.write("\nChrome gives no hardware adapter here, so only Dawn was measured.\n");
  for (const [what, code] of Object.entries(ended)) {
    process.stdout.write(`${what}: ${code === 0 ? "passed" : `failed (${code})`}\n`);
  }
  process.exitCode = Object.values(ended).some((code) => code !== 0) ? 1 : 0;
}

await main();
