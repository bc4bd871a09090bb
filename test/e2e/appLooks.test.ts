import { setTimeout as wait } from "node:timers/promises";
import type { Page } from "puppeteer-core";
import { describe, expect, test } from "vitest";
import {
  chooseOption,
  fitPage,
  openExample,
  press,
  typeModel,
  useAppStage,
  waitForText,
} from "./appStage.ts";

const stage = useAppStage();

const PHONE = { width: 390, height: 844 };

/** Height of the smallest text of the diagram, in CSS pixels. */
function smallestDrawnText(page: Page): Promise<number> {
  return page.evaluate(() => {
    const svg = document.querySelector<SVGSVGElement>("svg.diagram")!;
    const scale = svg.clientWidth / svg.viewBox.baseVal.width;
    const sizes = [...svg.querySelectorAll("text")].map((each) => Number(each.getAttribute("font-size")));
    return Math.min(...sizes) * scale;
  });
}

/** The part of the drawing that lies outside its frame, in units of the drawing. */
function hiddenWidth(page: Page): Promise<number> {
  return page.evaluate(() => {
    const svg = document.querySelector<SVGSVGElement>("svg.diagram")!;
    const { x, width } = svg.getBBox();
    const { x: left, width: shown } = svg.viewBox.baseVal;
    return Math.max(0, left - x) + Math.max(0, x + width - left - shown);
  });
}

describe("on a phone", () => {
  test.each(["holzinger", "democracy", "frontdoor", "health"])(
    "the numbers of %s can be read, and all of it is in sight",
    async (key) => {
      const { page, context } = await stage.open(PHONE);
      await openExample(page, key);
      await page.waitForSelector(".diagram .node");
      expect(await smallestDrawnText(page)).toBeGreaterThanOrEqual(9);
      await fitPage(page);
      await page.waitForSelector(".diagram .number");
      expect(await smallestDrawnText(page)).toBeGreaterThanOrEqual(9);
      expect(await hiddenWidth(page)).toBe(0);
      await context.close();
    },
  );

  test("a diagram too large for the screen starts legible, and shows all of itself when asked", async () => {
    const { page, context } = await stage.open(PHONE);
    const indicators = Array.from({ length: 40 }, (_, at) => `x${at}`);
    const model = `f =~ ${indicators.join(" + ")}\ng =~ ${indicators.join(" + ")}`;
    await page.evaluate((text) => {
      const editor = document.querySelector("model-editor") as HTMLElement & { text: string };
      editor.text = text;
    }, model);
    await page.waitForSelector("path-diagram[cropped]");
    // The numbers' 11 units at a scale of 9/11, to the rounding of the frame's width.
    expect(await smallestDrawnText(page)).toBeGreaterThan(8.99);
    await press(page, "Whole");
    await page.waitForSelector("path-diagram:not([cropped])");
    expect(await hiddenWidth(page)).toBe(0);
    await context.close();
  });

  test("reasons of identifiability are read without scrolling sideways", async () => {
    const { page, context } = await stage.open(PHONE);
    await openExample(page, "health");
    await press(page, "Identifiability");
    await press(page, "Check identifiability");
    await page.waitForSelector('[aria-label="Effects"] tbody tr');
    const beyond = await page.$eval('[aria-label="Effects"]', (area) => area.scrollWidth - area.clientWidth);
    expect(beyond).toBe(0);
    await context.close();
  });

  test("turning the phone and back keeps what was moved in each layout", async () => {
    const { page, context } = await stage.open(PHONE);
    await openExample(page, "frontdoor");
    const placeOf = (name: string): Promise<string> =>
      page.$eval(
        `.node[data-name="${name}"] text`,
        (text) => `${text.getAttribute("x")}, ${text.getAttribute("y")}`,
      );
    const waitToLeave = (place: string): Promise<unknown> =>
      page.waitForFunction(
        (was) => {
          const text = document.querySelector('.node[data-name="M"] text')!;
          return `${text.getAttribute("x")}, ${text.getAttribute("y")}` !== was;
        },
        {},
        place,
      );
    await page.waitForSelector('.node[data-name="M"]');
    const tidy = await placeOf("M");
    await page.evaluate(() => document.querySelector<SVGElement>('.node[data-name="M"]')!.focus());
    await page.keyboard.press("ArrowRight");
    await waitToLeave(tidy);
    const moved = await placeOf("M");
    await page.setViewport({ width: 844, height: 390 });
    await waitToLeave(moved);
    const lying = await placeOf("M");
    await page.setViewport({ width: 390, height: 844 });
    await waitToLeave(lying);
    expect(await placeOf("M")).toBe(moved);
    // While the model cannot be read the last drawing stays as it lies, and what was moved in it.
    await typeModel(page, "Y ~ ~ X");
    await page.waitForSelector(".overlay");
    await page.setViewport({ width: 844, height: 390 });
    await wait(500);
    expect(await placeOf("M")).toBe(moved);
    await context.close();
  });

  test("a wide table keeps the names of its rows in sight", async () => {
    const { page, context } = await stage.open(PHONE);
    await openExample(page, "democracy");
    await fitPage(page);
    await press(page, "Parameters");
    const places = await page.$eval('[aria-label="Parameters"]', (area) => {
      const left = (selector: string): number => area.querySelector(selector)!.getBoundingClientRect().left;
      const before = [left("tbody th"), left("tbody td")];
      area.scrollLeft = area.scrollWidth;
      return { before, after: [left("tbody th"), left("tbody td")] };
    });
    expect(places.after[0]).toBe(places.before[0]);
    expect(places.after[1]).toBeLessThan(places.before[1]! - 50);
    await context.close();
  });
});

test("every chart says what its axes are", async () => {
  const { page, context } = await stage.open();
  await openExample(page, "frontdoor");
  await fitPage(page);
  await waitForText(page, ".loss svg", /iteration/);
  await waitForText(page, ".loss svg", /discrepancy above its minimum/);
  await press(page, "Bootstrap");
  await chooseOption(page, "Replicates", "200");
  await press(page, "Run bootstrap");
  await waitForText(page, ".histogram svg", /replicates/);
  await waitForText(page, ".histogram svg", /M ~ X/);
  await context.close();
});

test("an empty page offers the examples where the diagram will be", async () => {
  const { page, context } = await stage.open();
  await waitForText(page, ".welcome", /try an example/);
  await press(page, "Political democracy");
  await waitForText(page, ".verdict", /11 observed/);
  expect(await page.$(".welcome")).toBeNull();
  await context.close();
});
