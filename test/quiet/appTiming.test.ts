import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";
import {
  chooseOption,
  fitPage,
  openExample,
  press,
  pressTab,
  useAppStage,
  RESULT_TABS,
  waitForText,
  type AppPage,
} from "../e2e/appStage.ts";
import { longestTask } from "../e2e/mainThread.ts";

// What is timed has the machine to itself: `npm test` runs this folder before and apart from all others.

const stage = useAppStage();

interface Vitals {
  /** Cumulative layout shift, over loading and fitting. */
  readonly shift: number;
  /** Milliseconds of the longest task during the fit. */
  readonly longest: number;
}

/** Runs in the page: notes layout shifts and long tasks, for `seen` to read. */
function watch(): void {
  const seen = { shift: 0, longest: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[])
      if (!entry.hadRecentInput) seen.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
  }).observe({ type: "longtask" });
}

/** Opens the page with the example that has most parameters, ready to be fitted on WebGPU. */
async function openLargest(): Promise<AppPage> {
  const opened = await stage.open();
  await openExample(opened.page, "democracy");
  await chooseOption(opened.page, "Compute on", "webgpu");
  return opened;
}

async function fitToEnd(page: Page): Promise<void> {
  await fitPage(page);
  await waitForText(page, ".notice", /done/);
}

/** Loads and fits, and reports what the browser itself measured on the clock. */
async function vitals(): Promise<Vitals> {
  const { page, context } = await openLargest();
  await page.evaluate(watch);
  await fitToEnd(page);
  const seen = await page.evaluate(() => (globalThis as unknown as { seen: Vitals }).seen);
  await context.close();
  return seen;
}

test("nothing jumps, and a fit never blocks the page", async () => {
  const runs: Vitals[] = [];
  const best = (): number => Math.min(...runs.map(({ longest }) => longest));
  // Other tests on the same processor can only make it look worse; a page that blocks itself does so every time.
  while (runs.length === 0 || (best() >= 50 && runs.length < 8)) runs.push(await vitals());
  console.log(runs.map((run) => JSON.stringify(run)).join("\n"));
  // 0.1 is what the web's own guidelines call good; the page reserves room for everything.
  expect(Math.max(...runs.map(({ shift }) => shift))).toBeLessThan(0.01);
  expect(best()).toBeLessThan(50);
});

test("no work of any kind keeps the page's own thread busy for long", async () => {
  const { page, context } = await openLargest();
  const fit = await longestTask(page, () => fitToEnd(page));
  const results = await longestTask(page, async () => {
    for (const tab of RESULT_TABS) await pressTab(page, tab);
  });
  await pressTab(page, "Bootstrap");
  const bootstrap = await longestTask(page, async () => {
    await press(page, "Run bootstrap");
    await waitForText(page, ".results .tab-panel", /1,000 replicates in/);
    await page.waitForSelector(".histogram svg rect");
  });
  await pressTab(page, "Starts");
  const starts = await longestTask(page, async () => {
    await press(page, "Run starts");
    await waitForText(page, ".results .tab-panel", /of 200 starts converged/);
  });
  await context.close();
  const longest = { fit, results, bootstrap, starts };
  console.log(JSON.stringify(longest));
  for (const [what, milliseconds] of Object.entries(longest)) expect(milliseconds, what).toBeLessThan(50);
});

test("the first paint comes within a second", async () => {
  const paints: number[] = [];
  for (let i = 0; i < 5; i++) {
    const { page, context } = await stage.open();
    const paint = await page.evaluate(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Infinity,
    );
    paints.push(paint);
    await context.close();
  }
  console.log(`first paints after ${paints.map((paint) => paint.toFixed(0)).join(", ")} ms`);
  const median = paints.sort((one, other) => one - other)[2]!;
  expect(median).toBeLessThan(1000);
});
