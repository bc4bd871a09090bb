import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, semnan } from "./command.ts";
import { connectBrowser } from "./visitPage.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PAGE = readFileSync(join(ROOT, "harness", "bench", "results", "index.html"), "utf8");

let browser: Browser;
beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(() => browser.disconnect());

test.each(["light", "dark"])("axe finds nothing in the report of the benchmarks, %s", async (scheme) => {
  const page = await browser.newPage();
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setContent(PAGE);
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 160)}`);
  });
  await page.close();
  expect(found).toEqual([]);
});

test("semnan bench runs the repository's benchmarks", async () => {
  const run = await semnan(["bench", "--help"]);
  expect(run.stderr).toBe("");
  expect(run.stdout).toContain("--renew-baseline");
  expect(run.code).toBe(0);
});
