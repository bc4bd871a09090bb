import { join } from "node:path";
import { Command, Option } from "commander";
import { startDawnHost } from "../browser/modules/dawn.ts";
import { type ComputeHost, startModuleHost } from "../browser/modules/host.ts";
import { renewBaseline } from "./guard/renew.ts";
import type { SuiteContext } from "./context.ts";
import { describeEnvironment } from "./environment.ts";
import { renewReadme } from "./readme.ts";
import type { SuiteReport } from "./report.ts";
import { readResults, storeSuite, writeReport } from "./results.ts";
import { SUITE_ORDER } from "./suiteOrder.ts";
import { accuracySuite } from "./suites/accuracy.ts";
import { batchSuite } from "./suites/batch.ts";
import { fitSuite } from "./suites/fit.ts";
import { scaleSuite } from "./suites/scale.ts";
import { startSuite } from "./suites/start.ts";
import { solverSuite } from "./suites/solver.ts";

type Suite = (context: SuiteContext) => Promise<Omit<SuiteReport, "seconds">>;

const SUITES: Readonly<Record<string, Suite>> = {
  solver: solverSuite,
  batch: batchSuite,
  fit: fitSuite,
  scale: scaleSuite,
  accuracy: accuracySuite,
  start: startSuite,
};

const COMMITTED = join(import.meta.dirname, "results");

interface Options {
  readonly suite: string;
  readonly out: string;
  readonly browser?: string;
  readonly backend: "chrome" | "dawn";
  readonly quick: boolean;
  readonly renewBaseline: boolean;
  readonly report: boolean;
}

const log = (line: string): void => void process.stderr.write(`${line}\n`);

/** Runs suites one after the other; one that fails is named and leaves the others alone. */
async function runSuites(names: readonly string[], options: Options): Promise<string[]> {
  const host = await (options.backend === "dawn" ? startDawnHost() : startModuleHost(options.browser));
  const failed: string[] = [];
  try {
    const environment = await describeEnvironment(host, options.quick);
    const results = await readResults(options.out);
    for (const name of names) {
      const report = await runSuite(name, { environment, quick: options.quick, host, log });
      if (report) await storeSuite(options.out, results, environment, report);
      else failed.push(name);
    }
  } finally {
    await close(host);
  }
  return failed;
}

async function runSuite(name: string, context: SuiteContext): Promise<SuiteReport | undefined> {
  const began = performance.now();
  log(`suite ${name}`);
  try {
    await context.host.freshPage();
    const report = await SUITES[name]!(context);
    return { ...report, seconds: (performance.now() - began) / 1000 };
  } catch (error) {
    log(`suite ${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return undefined;
  }
}

/** A browser that died during a suite cannot be closed, and the results are worth more than the complaint. */
async function close(host: ComputeHost): Promise<void> {
  await host.close().catch((error: unknown) => log(String(error)));
}

async function main(): Promise<void> {
  const command = new Command("bench")
    .description("Measures semnan against its peers; writes JSON, Markdown, a page and charts.")
    .option(
      "--suite <names>",
      `comma-separated: ${Object.keys(SUITES).join(", ")}`,
      Object.keys(SUITES).join(","),
    )
    .option("--out <folder>", "where the report goes", COMMITTED)
    .option("--browser <path>", "a browser to use, or `npm`")
    .addOption(
      new Option("--backend <kind>", "what gives WebGPU: headless Chrome, or Dawn in this process")
        .choices(["chrome", "dawn"])
        .default("chrome"),
    )
    .option("--quick", "fewer and smaller cases, under two minutes", false)
    .option("--report", "measure nothing; write the report of the results that are there", false)
    .option("--renew-baseline", "measure nothing; renew the counts that npm test guards", false)
    .parse();
  const options = command.opts<Options>();
  if (options.renewBaseline) {
    await renewBaseline();
    return;
  }
  const names = options.suite.split(",");
  const unknown = names.filter((name) => !(name in SUITES));
  if (unknown.length > 0) command.error(`there is no suite ${unknown.join(", ")}`);
  const failed = options.report ? [] : await runSuites(names, options);
  const results = await readResults(options.out);
  process.stdout.write(await writeReport(options.out, results, SUITE_ORDER));
  if (options.out === COMMITTED) await renewReadme(results, SUITE_ORDER);
  if (failed.length > 0) command.error(`failed: ${failed.join(", ")}`);
}

await main();
