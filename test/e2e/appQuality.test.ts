import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { AxeResults } from "axe-core";
import type { Page } from "puppeteer-core";
import { describe, expect, test } from "vitest";
import { fitPage, openExample, press, pressTab, useAppStage, RESULT_TABS, waitForText } from "./appStage.ts";

const stage = useAppStage();

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds against WCAG 2.2 AA and its own best practices: rule and first element. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    const { violations: found } = await axe.run();
    return found.map(
      ({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 160)} ${nodes[0]!.failureSummary ?? ""}`,
    );
  });
}

/** WCAG 2.2, 2.5.8: targets have 24 by 24 pixels; the label of a checkbox belongs to it. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const targets = document.querySelectorAll<HTMLElement>(
      "button, select, textarea, summary, a[href], label, input[type=text], input[type=range]",
    );
    return [...targets]
      .filter((each) => {
        const { width, height } = each.getBoundingClientRect();
        return width > 1 && Math.min(width, height) < 24;
      })
      .map((each) => each.outerHTML.slice(0, 100));
  });
}

describe.each([
  ["desktop", "light", 1440, 900],
  ["desktop", "dark", 1440, 900],
  ["phone", "light", 390, 844],
  ["phone", "dark", 390, 844],
] as const)("on a %s, %s", (_device, scheme, width, height) => {
  test(
    "axe finds nothing in any view, and nothing is wider than the screen",
    { timeout: 240_000 },
    async () => {
      const { page, context, complaints } = await stage.open({ width, height, scheme });
      const fits = (): Promise<boolean> =>
        page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
      expect(await violations(page)).toEqual([]);
      await openExample(page, "democracy");
      await fitPage(page);
      for (const tab of RESULT_TABS) {
        await pressTab(page, tab);
        expect(await violations(page), tab).toEqual([]);
        expect(await smallTargets(page), tab).toEqual([]);
        expect(await fits(), `${tab} is too wide`).toBe(true);
      }
      await press(page, "Options");
      await press(page, "Variables");
      expect(await violations(page)).toEqual([]);
      await press(page, "Correlations");
      expect(await violations(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );
});

test("every control can be reached and used by keyboard", async () => {
  const { page, context } = await stage.open();
  await openExample(page, "frontdoor");
  await page.keyboard.down("Control");
  await page.keyboard.press("Enter");
  await page.keyboard.up("Control");
  await waitForText(page, ".run-facts", /Converged/);
  await page.focus('.results [role="tab"][aria-selected="true"]');
  await page.keyboard.press("ArrowRight");
  await waitForText(page, '.results [role="tab"][aria-selected="true"]', /^Parameters$/);
  await page.keyboard.press("End");
  await waitForText(page, '.results [role="tab"][aria-selected="true"]', /^Export$/);
  // Tab leads out of the editor, and through everything that can be clicked.
  await page.evaluate(() => document.querySelector<HTMLElement>("model-editor")!.focus());
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe("summary");
  const unreachable = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, input, select, textarea, a[href], summary")]
      .filter((each) => each.tabIndex < 0 && each.role !== "tab")
      .map((each) => each.outerHTML.slice(0, 100)),
  );
  expect(unreachable).toEqual([]);
  await context.close();
});

test("the page says what it is, can be touched, and fetches nothing in vain", async () => {
  const { page, context } = await stage.open({ width: 390, height: 844 });
  const answers: { url: string; status: number; bytes: number }[] = [];
  page.on("response", async (response) => {
    const body = await response.buffer().catch(() => Buffer.alloc(0));
    answers.push({ url: response.url(), status: response.status(), bytes: gzipSync(body).length });
  });
  await page.reload({ waitUntil: "networkidle0" });
  expect(answers.filter(({ status }) => status >= 400)).toEqual([]);
  expect(answers.length).toBeGreaterThan(3);
  // Of workers' blobs, too, the origin is that of the page: nothing comes from anywhere else.
  expect(answers.filter(({ url }) => new URL(url).origin !== stage.origin)).toEqual([]);
  // What a visit fetches before anything is asked of it, compressed: the page, its charts, and its workers.
  const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0);
  console.log(`${(bytes / 1000).toFixed(0)} kB in ${answers.length} files`);
  expect(bytes).toBeLessThan(700_000);
  const facts = await page.evaluate(() => ({
    language: document.documentElement.lang,
    title: document.title,
    description: document.querySelector<HTMLMetaElement>("meta[name=description]")!.content,
    viewport: document.querySelector<HTMLMetaElement>("meta[name=viewport]")!.content,
    headings: document.querySelectorAll("h1").length,
    icon: document.querySelector<HTMLLinkElement>("link[rel=icon]")?.href,
    manifest: document.querySelector<HTMLLinkElement>("link[rel=manifest]")?.href,
  }));
  expect(facts).toMatchObject({
    language: "en",
    viewport: "width=device-width, initial-scale=1",
    headings: 1,
    icon: expect.stringContaining(stage.origin),
    manifest: expect.stringContaining(stage.origin),
  });
  expect(facts.title.length).toBeGreaterThan(10);
  expect(facts.description.length).toBeGreaterThan(50);
  expect(await smallTargets(page)).toEqual([]);
  await context.close();
});
