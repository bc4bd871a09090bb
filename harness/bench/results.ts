import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "./environment.ts";
import { markdownReport, type SuiteReport } from "./report.ts";
import { reportPage } from "./reportPage.ts";

/** Results of every suite that has been run, so that one suite can be renewed without the others. */
export interface Results {
  readonly environments: Record<string, Environment>;
  /** Charts without their pictures, which stand in files of their own. */
  readonly suites: Record<string, SuiteReport>;
}

export async function readResults(folder: string): Promise<Results> {
  const file = join(folder, "results.json");
  if (!existsSync(file)) return { environments: {}, suites: {} };
  return JSON.parse(await readFile(file, "utf8")) as Results;
}

/** Puts a suite's results in the place of its last ones. */
export async function storeSuite(
  folder: string,
  results: Results,
  environment: Environment,
  report: SuiteReport,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, svg } of report.charts) await writeFile(join(folder, `${name}.svg`), svg);
  results.suites[report.suite] = {
    ...report,
    charts: report.charts.map(({ name, title }) => ({ name, title, svg: "" })),
  };
  results.environments[report.suite] = environment;
  await writeFile(join(folder, "results.json"), `${JSON.stringify(results, null, 1)}\n`);
}

/** The report in its two forms, from results in a folder, in the order of `names`. */
export async function renderReport(
  folder: string,
  { environments, suites }: Results,
  names: readonly string[],
): Promise<{ markdown: string; page: string }> {
  const stored = names.flatMap((name) => suites[name] ?? []);
  const drawn = await Promise.all(
    stored.map(async (suite) => ({
      ...suite,
      charts: await Promise.all(
        suite.charts.map(async ({ name, title }) => ({
          name,
          title,
          svg: await readFile(join(folder, `${name}.svg`), "utf8"),
        })),
      ),
    })),
  );
  return { markdown: markdownReport(environments, stored), page: reportPage(environments, drawn) };
}

/** Writes report.md and index.html beside the results they show. */
export async function writeReport(
  folder: string,
  results: Results,
  names: readonly string[],
): Promise<string> {
  const { markdown, page } = await renderReport(folder, results, names);
  await writeFile(join(folder, "report.md"), markdown);
  await writeFile(join(folder, "index.html"), page);
  return markdown;
}
