import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { startModuleHost } from "../browser/modules/host.ts";
import type { SuiteContext } from "./context.ts";
import { describeEnvironment, type Environment } from "./environment.ts";
import { markdownReport, type SuiteReport } from "./report.ts";
import { accuracySuite } from "./suites/accuracy.ts";
import { fitSuite } from "./suites/fit.ts";

type Suite = (context: SuiteContext) => Promise<Omit<SuiteReport, "seconds">>;

/** In the order of the report. */
const SUITES: Readonly<Record<string, Suite>> = {
  fit: fitSuite,
  accuracy: accuracySuite,
};

/** Results of every suite that has been run, so that one suite can be renewed without the others. */
interface Results {
  readonly environments: Record<string, Environment>;
  readonly suites: Record<string, SuiteReport>;
}

async function readResults(file: string): Promise<Results> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Results;
  } catch {
    return { environments: {}, suites: {} };
  }
}

async function runSuite(name: string, context: SuiteContext): Promise<SuiteReport> {
  const began = performance.now();
  await context.host.freshPage();
  context.log(`suite ${name}`);
  const report = await SUITES[name]!(context);
  return { ...report, seconds: (performance.now() - began) / 1000 };
}

async function main(): Promise<void> {
  const command = new Command("bench")
    .description("Measures semnan against its peers; writes JSON, Markdown and charts.")
    .option(
      "--suite <names>",
      `comma-separated: ${Object.keys(SUITES).join(", ")}`,
      Object.keys(SUITES).join(","),
    )
    .option("--out <folder>", "where the report goes", join(import.meta.dirname, "results"))
    .option("--browser <path>", "a browser to use, or `npm`")
    .option("--quick", "fewer and smaller cases, under two minutes", false)
    .parse();
  const options = command.opts<{ suite: string; out: string; browser?: string; quick: boolean }>();
  const names = options.suite.split(",");
  const unknown = names.filter((name) => !(name in SUITES));
  if (unknown.length > 0) command.error(`there is no suite ${unknown.join(", ")}`);
  await mkdir(options.out, { recursive: true });
  const host = await startModuleHost(options.browser);
  try {
    const { vendor, architecture } = host.session.adapter;
    const environment = await describeEnvironment(host.session.version, `${vendor} ${architecture}`);
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    const file = join(options.out, "results.json");
    const results = await readResults(file);
    for (const name of names) {
      const report = await runSuite(name, { environment, quick: options.quick, host, log });
      results.suites[name] = { ...report, charts: [] };
      results.environments[name] = environment;
      for (const chart of report.charts) await writeFile(join(options.out, `${chart.name}.svg`), chart.svg);
      await writeFile(file, `${JSON.stringify(results, null, 1)}\n`);
      const markdown = markdownReport(environment, [report]);
      await writeFile(join(options.out, `${name}.md`), markdown);
      process.stdout.write(markdown);
    }
  } finally {
    await host.close();
  }
}

await main();
