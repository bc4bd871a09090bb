import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Page } from "puppeteer-core";
import { expect, test } from "vitest";
import {
  chooseOption,
  editorText,
  fitPage,
  openExample,
  press,
  useAppStage,
  typeModel,
  waitForText,
} from "./appStage.ts";

const stage = useAppStage();

const drawnNumbers = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...document.querySelectorAll(".diagram .number")].map((each) => each.textContent));

test("an example is fitted on WebGPU: table, diagram, and certified numbers", async () => {
  const { page, context, complaints } = await stage.open();
  await waitForText(page, ".badge", /WebGPU · /);
  await openExample(page, "holzinger");
  await chooseOption(page, "Compute on", "webgpu");
  expect(await fitPage(page)).toMatch(/Converged after \d+ iterations in .* on WebGPU \(/);
  // lavaan: χ² = 85.306 on 24 df; visual =~ x2 is 0.554, x3 is 0.729.
  const summary = await page.$eval("pre", (each) => each.textContent);
  expect(summary).toContain("85.306");
  expect(await drawnNumbers(page)).toEqual(expect.arrayContaining(["0.55", "0.73", "0.41"]));
  expect(await page.$$eval(".diagram .node", (nodes) => nodes.length)).toBe(12);
  await press(page, "Parameters");
  const rows = await page.$$eval(".results tbody tr", (all) => all.map((row) => row.textContent.trim()));
  expect(rows).toHaveLength(24);
  await press(page, "Estimate");
  const sortedBy = await page.$eval("[aria-sort=ascending]", (head) => head.textContent.trim());
  expect(sortedBy).toBe("Estimate ↑");
  expect(await page.$$eval("plot-figure svg path", (paths) => paths.length)).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
  await context.close();
});

test("an error is underlined at its place while typing, and mended", async () => {
  const { page, context, complaints } = await stage.open();
  await openExample(page, "frontdoor");
  await typeModel(page, "M ~ a*X\nY ~ b* + M\nX ~~ Y");
  await waitForText(page, ".verdict", /^2:\d+/);
  const underlined = await page.evaluate(() => {
    const root = document.querySelector("model-editor")!.shadowRoot!;
    return [...root.querySelectorAll(".cm-lintRange-error")].map((each) => each.textContent).join("");
  });
  expect(underlined).not.toBe("");
  expect(await page.$eval("button.primary", (button) => button.disabled)).toBe(true);
  // The last good diagram stays while the text is broken.
  expect(await page.$$eval(".diagram .node", (nodes) => nodes.length)).toBe(3);
  await typeModel(page, "M ~ a*X\nY ~ b*M\nX ~~ Y\ntotal := a*b");
  await waitForText(page, ".verdict", /3 observed/);
  expect(await fitPage(page)).toMatch(/Converged/);
  expect(complaints).toEqual([]);
  await context.close();
});

test("the diagram follows the model, moves by arrow keys, and keeps what was moved", async () => {
  const { page, context } = await stage.open();
  await typeModel(page, "f =~ a + b + c");
  await waitForText(page, ".diagram .node text", /^f$/);
  const place = (): Promise<number> =>
    page.$eval('.node[data-name="f"] ellipse', (each) => Number(each.getAttribute("cx")));
  const before = await place();
  await page.evaluate(() => document.querySelector<SVGElement>('.node[data-name="f"]')!.focus());
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(
    (x) => Number(document.querySelector('.node[data-name="f"] ellipse')!.getAttribute("cx")) > x,
    {},
    before,
  );
  const moved = await place();
  expect(moved).toBeCloseTo(before + 10, 0);
  expect(await page.evaluate(() => document.activeElement?.getAttribute("data-name"))).toBe("f");
  await press(page, "Tidy");
  await page.waitForFunction(
    (x) => Number(document.querySelector('.node[data-name="f"] ellipse')!.getAttribute("cx")) === x,
    {},
    before,
  );
  await typeModel(page, "");
  await page.waitForFunction(() => document.querySelectorAll(".diagram .node").length === 0);
  await context.close();
});

test("identifiability is told and coloured", async () => {
  const { page, context, complaints } = await stage.open();
  await openExample(page, "frontdoor");
  await press(page, "Identifiability");
  await press(page, "Check identifiability");
  const answer = await waitForText(page, ".results .tab-panel", /All 6 free parameters/);
  expect(answer).toContain("X → Y");
  await page.waitForSelector('.diagram [stroke="#0072b2"]');
  await typeModel(page, "Y ~ X\nX ~~ Y");
  await waitForText(page, ".verdict", /2 observed/);
  await press(page, "Check identifiability");
  await waitForText(page, ".results .tab-panel", /are not determined/);
  await page.waitForSelector('.diagram [stroke="#d55e00"]');
  expect(complaints).toEqual([]);
  await context.close();
});

test("sliders set variables from outside; two fits stand side by side", async () => {
  const { page, context, complaints } = await stage.open();
  await openExample(page, "frontdoor");
  await fitPage(page);
  await press(page, "What if");
  await chooseOption(page, "Set a variable", "X");
  const effects = await waitForText(page, ".shifts", /Total/);
  const total = /Y .* ([\d.]+)$/.exec(effects)?.[1];
  await press(page, "Parameters");
  const defined = await page.$$eval(".results tbody tr", (rows) =>
    rows
      .map((row) => [...row.children].map((cell) => cell.textContent.trim()))
      .find(([name]) => name === "total :="),
  );
  // The total effect of the sliders is the product a·b that the model defines.
  expect(total).toBe(defined![2]);
  await press(page, "Compare");
  await press(page, "Keep this fit");
  await typeModel(page, "M ~ a*X\nY ~ b*M");
  await waitForText(page, ".verdict", /1 degree of freedom/);
  await waitForText(page, ".chip", /earlier version/);
  await press(page, "Fit");
  const comparison = await waitForText(page, ".results .tab-panel", /Δχ²/);
  expect(comparison).toContain("on 1 df");
  expect(complaints).toEqual([]);
  await context.close();
});

test("every export is a good file of its kind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "semnan-downloads-"));
  // The profile itself says where downloads go: a session of the whole browser may end with any of its targets.
  const profile = await stage.browser.createBrowserContext({
    downloadBehavior: { policy: "allow", downloadPath: folder },
  });
  const { page, context, complaints } = await stage.open({ context: profile });
  const saved = async (name: string): Promise<Buffer> => {
    for (let tries = 0; tries < 200; tries++) {
      if ((await readdir(folder)).includes(name)) return readFile(join(folder, name));
      await wait(50);
    }
    throw new Error(`${name} was not saved`);
  };
  await openExample(page, "democracy");
  await fitPage(page);
  await press(page, "Export");
  for (const button of [
    "Summary (.txt)",
    "Result (.json)",
    "Parameters (.csv)",
    "R script (.R)",
    "Data",
    "SVG",
    "PNG",
    "Save",
  ]) {
    await press(page, button);
  }
  const result = JSON.parse(String(await saved("result.json"))) as {
    converged: boolean;
    parameters: unknown[];
  };
  expect(result.converged).toBe(true);
  expect(String(await saved("parameters.csv")).split("\r\n")).toHaveLength(result.parameters.length + 2);
  expect(String(await saved("summary.txt"))).toContain("dem65 ~");
  expect(String(await saved("analysis.R"))).toContain('read.csv("democracy.csv",');
  expect(String(await saved("democracy.csv")).split("\n")).toHaveLength(77);
  const svg = String(await saved("diagram.svg"));
  expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
  expect(svg).toContain("0.84");
  expect([...(await saved("diagram.png")).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  const project = JSON.parse(String(await saved("analysis.semnan.json"))) as { data: { name: string } };
  expect(project.data.name).toBe("democracy.csv");
  expect(complaints).toEqual([]);
  await context.close();
  await rm(folder, { recursive: true });
});

test("works without WebGPU, and says so kindly", async () => {
  const workerPrelude = 'Object.defineProperty(navigator, "gpu", { value: undefined });';
  const { page, context, complaints } = await stage.open({ workerPrelude });
  await waitForText(page, ".badge", /CPU, float64 · all works, without WebGPU/);
  await openExample(page, "holzinger");
  await chooseOption(page, "Compute on", "webgpu");
  expect(await fitPage(page)).toMatch(/Converged .* on the CPU \(float64\)/);
  expect(complaints).toEqual([]);
  await context.close();
});

test("goes on when the device is lost in mid-fit", async () => {
  // The first device dies with its first submit, when the fit is under way.
  const workerPrelude = `
    const request = GPUAdapter.prototype.requestDevice;
    let isFirst = true;
    GPUAdapter.prototype.requestDevice = async function (...values) {
      const device = await request.apply(this, values);
      if (!isFirst) return device;
      isFirst = false;
      const submit = device.queue.submit.bind(device.queue);
      device.queue.submit = (commands) => { submit(commands); device.destroy(); };
      return device;
    };`;
  const { page, context } = await stage.open({ workerPrelude });
  await waitForText(page, ".badge", /WebGPU/);
  await openExample(page, "holzinger");
  await chooseOption(page, "Compute on", "webgpu");
  const outcome = await fitPage(page);
  expect(outcome).toMatch(/Converged .* on WebGPU/);
  expect(outcome).toContain("The GPU was lost; going on with a new one.");
  expect(await editorText(page)).toContain("visual");
  await context.close();
});

test("opens without a network after the first visit", async () => {
  const { page, context } = await stage.open();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    const keys = await caches.keys();
    if (keys.length === 0) throw new Error("nothing is kept");
  });
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.setOfflineMode(true);
  const workers = context.targets().filter((target) => target.type() === "service_worker");
  for (const target of workers) {
    const session = await target.createCDPSession();
    await session.send("Network.enable");
    const conditions = { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 };
    await session.send("Network.emulateNetworkConditions", conditions);
  }
  await page.reload();
  await openExample(page, "democracy");
  expect(await fitPage(page)).toMatch(/Converged/);
  await context.close();
});

test("a bootstrap shows its progress, keeps what is done when stopped half-way, and draws it", async () => {
  const { page, context, complaints } = await stage.open();
  await openExample(page, "democracy");
  await fitPage(page);
  await press(page, "Bootstrap");
  await press(page, "Run bootstrap");
  const whole = await waitForText(page, ".results .tab-panel", /1,000 replicates in/);
  expect(whole).toContain("all converged");
  await page.waitForSelector(".histogram svg rect");
  await chooseOption(page, "Replicates", "500000");
  await press(page, "Run bootstrap");
  await waitForText(page, ".progress", /^[1-9][\d,]+ of 500,000, about .* left/);
  await press(page, "Stop");
  const part = await waitForText(page, ".results .tab-panel", /replicates in/);
  const done = Number(/([\d,]+) replicates in/.exec(part)![1]!.replaceAll(",", ""));
  expect(done).toBeGreaterThan(100);
  expect(done).toBeLessThan(500_000);
  // lavaan's bootstrap (13_02_poldem_ML_bootstrap1000) has 0.3546 for dem60 ~ ind60, with a relative standard error of
  // 1/√2000 = 2.2 %: four of those.
  const row = await page.$$eval(".results tbody tr", (rows) =>
    rows
      .map((each) => [...each.children].map((cell) => cell.textContent.trim()))
      .find(([name]) => name === "dem60 ~ ind60"),
  );
  expect(Math.abs(Number(row![3]) / 0.3546 - 1)).toBeLessThan(0.09);
  await press(page, "Summary");
  await waitForText(page, "pre", /Boot\.SE/);
  expect(complaints).toEqual([]);
  await context.close();
});

test("random starts tell the minima that there are", async () => {
  const { page, context, complaints } = await stage.open();
  await openExample(page, "democracy");
  await fitPage(page);
  await press(page, "Starts");
  await press(page, "Run starts");
  const outcome = await waitForText(page, ".results .tab-panel", /of 200 starts converged/);
  expect(Number(/(\d+) of 200/.exec(outcome)![1])).toBeGreaterThan(190);
  // lavaan: F = 2 · 0.25417, and the fit before found it already.
  expect(outcome).toContain("0.5083");
  expect(await page.$eval(".run-facts", (facts) => facts.textContent)).toContain("Converged");
  await chooseOption(page, "Random starts", "20000");
  await press(page, "Run starts");
  await waitForText(page, ".progress", /of 20,000, about .* left/);
  await press(page, "Cancel");
  // What was found before stays, and the next run can begin.
  await waitForText(page, ".results .tab-panel", /Run starts.*of 200 starts converged/);
  expect(await page.$(".results [role=alert]")).toBeNull();
  expect(complaints).toEqual([]);
  await context.close();
});
