import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ElementHandle, Page } from "puppeteer-core";
import { expect, test, vi } from "vitest";
import {
  chooseOption,
  editorText,
  fitPage,
  openExample,
  press,
  pressTab,
  useAppStage,
  typeModel,
  waitForText,
} from "./appStage.ts";

const stage = useAppStage();

test("nothing is lost on reload, and a link carries the model but not the data", async () => {
  const { page, context } = await stage.open();
  await openExample(page, "holzinger");
  const text = "visual =~ x1 + x2 + x3\n# mine";
  await typeModel(page, text);
  await chooseOption(page, "Estimator", "MLR");
  await waitForText(page, ".verdict", /3 observed/);
  await page.reload();
  await waitForText(page, ".facts", /301 rows/);
  expect(await editorText(page)).toBe(text);
  await waitForText(page, ".settings summary", /cfa, MLR/);
  await press(page, "Link");
  await page.waitForFunction(() => location.hash.startsWith("#m="));
  const path = await page.evaluate(() => `/${location.hash}`);
  // The address would bring back the model of the link.
  await typeModel(page, `${text} and more`);
  await waitForText(page, ".verdict", /3 observed/);
  await page.reload();
  await waitForText(page, ".facts", /301 rows/);
  expect(await editorText(page)).toBe(`${text} and more`);
  await context.close();
  const other = await stage.open({ path });
  await waitForText(other.page, ".verdict", /3 observed/);
  expect(await editorText(other.page)).toBe(text);
  await waitForText(other.page, ".settings summary", /cfa, MLR/);
  expect(await other.page.$(".drop")).not.toBeNull();
  await other.context.close();
});

test("results are there again after a reload, without a new fit, and in a project file", async () => {
  const downloads = await mkdtemp(join(tmpdir(), "semnan-project-"));
  const profile = await stage.browser.createBrowserContext({
    downloadBehavior: { policy: "allow", downloadPath: downloads },
  });
  const { page, context, complaints } = await stage.open({ context: profile });
  await openExample(page, "democracy");
  await chooseOption(page, "Compute on", "cpu");
  const outcome = await fitPage(page);
  await press(page, "Compare");
  await press(page, "Keep this fit");
  await press(page, "Identifiability");
  await press(page, "Check identifiability");
  await waitForText(page, ".results .tab-panel", /All 31 free parameters/);
  await page.evaluate(() => document.querySelector<SVGElement>('.node[data-name="ind60"]')!.focus());
  await page.keyboard.press("ArrowDown");
  await press(page, "Starts");
  await press(page, "Run starts");
  await waitForText(page, ".results .tab-panel", /of 200 starts converged/);
  await press(page, "Bootstrap");
  await press(page, "Run bootstrap");
  await waitForText(page, ".results .tab-panel", /1,000 replicates in/);
  await page.waitForSelector(".histogram svg rect");
  const shown = await shownResults(page);

  await page.reload();
  await page.waitForSelector(".histogram svg rect");
  await waitForText(page, ".facts", /75 rows/);
  expect(await waitForText(page, ".run-facts", /Converged/)).toBe(outcome);
  expect(await shownResults(page)).toEqual(shown);
  expect(shown.compare).toContain("Model 1");
  expect(shown.identifiability).toContain("All 31");
  expect(shown.starts).toContain("of 200 starts converged");
  expect(shown.summary).toContain("Boot.SE");
  expect(await page.$(".diagram [stroke='#0072b2']")).not.toBeNull();

  await press(page, "Save");
  const project = join(downloads, "analysis.semnan.json");
  await vi.waitFor(() => access(project), { timeout: 10_000 });
  const other = await stage.open();
  const [open] = await other.page.$$("header input[type=file]");
  await (open as ElementHandle<HTMLInputElement>).uploadFile(project);
  await waitForText(other.page, ".facts", /75 rows/);
  expect(await waitForText(other.page, ".run-facts", /Converged/)).toBe(outcome);
  const { bootstrap, place: _place, ...others } = await shownResults(other.page);
  expect(shown).toMatchObject(others);
  expect(bootstrap).toContain("run the bootstrap again");
  expect(other.complaints).toEqual([]);
  await other.context.close();
  await rm(downloads, { recursive: true });

  // The fit of an earlier text is still called so.
  await typeModel(page, "dem60 =~ y1 + y2 + y3 + y4");
  await waitForText(page, ".chip", /earlier version/);
  await page.reload();
  await waitForText(page, ".facts", /75 rows/);
  await waitForText(page, ".chip", /earlier version/);
  expect((await shownResults(page)).summary).toBe(shown.summary);
  await press(page, "Discard the fit");
  await waitForText(page, ".results .tab-panel", /Fit the model to see it/);
  await page.waitForFunction(hasNoStoredFit, { polling: 50 });
  await page.reload();
  await waitForText(page, ".facts", /75 rows/);
  await waitForText(page, ".results .tab-panel", /Fit the model to see it/);
  expect(complaints).toEqual([]);
  await context.close();
});

/** Runs in the page: whether the browser has let go of the fit. */
async function hasNoStoredFit(): Promise<boolean> {
  const whenDone = <Result>(request: IDBRequest<Result>): Promise<Result> =>
    new Promise((resolve) => request.addEventListener("success", () => resolve(request.result)));
  const database = await whenDone(indexedDB.open("semnan"));
  const drafts = database.transaction("drafts").objectStore("drafts");
  const stored = await whenDone<{ finished: unknown }>(drafts.get("results"));
  database.close();
  return stored.finished === null;
}

/** What the views of the results say, as text, and where the diagram shows what has been moved. */
async function shownResults(page: Page): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const tab of ["Compare", "Identifiability", "Starts", "Summary", "Parameters", "Bootstrap"]) {
    await pressTab(page, tab);
    texts[tab.toLowerCase()] = await page.$eval(".results .tab-panel", (panel) => panel.textContent);
  }
  const place = '.node[data-name="ind60"] ellipse';
  texts["place"] = (await page.$(place)) ? await page.$eval(place, (each) => each.getAttribute("cy")!) : "";
  return texts;
}
