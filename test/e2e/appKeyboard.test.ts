import type { KeyInput, Page } from "puppeteer-core";
import { expect, test } from "vitest";
import { openExample, useAppStage, waitForText } from "./appStage.ts";

const stage = useAppStage();

/** What has the focus: its name, and whether it can be seen to have it. */
interface Stop {
  readonly name: string;
  readonly isVisible: boolean;
}

/** Presses Tab, with Shift to go back, and tells where that leads. */
async function tab(page: Page, back = false): Promise<Stop> {
  if (back) await page.keyboard.down("Shift");
  await page.keyboard.press("Tab");
  if (back) await page.keyboard.up("Shift");
  return focused(page);
}

function focused(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const label = element.closest("label");
    const words =
      element.ariaLabel ?? element.getAttribute("aria-label") ?? label?.textContent ?? element.textContent;
    const hasRing = (each: Element, part?: string): boolean => {
      const { outlineStyle, outlineWidth, borderTopWidth, content } = getComputedStyle(each, part);
      const isOutlined = outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0;
      return (
        isOutlined || (part !== undefined && content !== "none" && Number.parseFloat(borderTopWidth) > 0)
      );
    };
    // A label shows the focus of what it hides, the editor draws a frame over itself, and a node strokes its shape.
    const shape = element.querySelector(":scope > rect, :scope > ellipse");
    const rings = [
      hasRing(element),
      label && hasRing(label),
      element.shadowRoot && hasRing(element, "::after"),
    ];
    const isStroked = shape !== null && Number.parseFloat(getComputedStyle(shape).strokeWidth) > 2;
    const name = `${element.role ?? element.localName} ${words.replaceAll(/\s+/g, " ").trim().slice(0, 30)}`;
    return { name, isVisible: rings.includes(true) || isStroked };
  });
}

/** Goes on by Tab until something of this name has the focus, as a user would. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 120; i++) if (name.test((await tab(page)).name)) return;
  throw new Error(`Tab does not lead to ${name}`);
}

async function pressKeys(page: Page, ...keys: KeyInput[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

test("example, fit, tabs, bootstrap and stop by the keyboard alone, and the focus stays where it was", async () => {
  const { page, context, complaints } = await stage.open();
  await tabTo(page, /Examples/);
  await page.keyboard.type("Political");
  await waitForText(page, ".facts", /75 rows/);
  await page.waitForFunction(
    () => document.querySelector<HTMLButtonElement>("button.primary")?.disabled === false,
  );
  await tabTo(page, /^button Fit/);
  await pressKeys(page, "Enter");
  await waitForText(page, ".run-facts", /Converged/);
  expect((await focused(page)).name).toBe("button Fit");

  // One tab of a row is a stop, arrows go to the others, and the next stop is the panel.
  await tabTo(page, /^tab Summary/);
  await pressKeys(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight");
  expect(await focused(page)).toEqual({ name: "tab Bootstrap", isVisible: true });
  const stops = await page.$$eval(".results [role=tab]", (all) =>
    all.map((each) => (each as HTMLElement).tabIndex),
  );
  expect(stops.filter((index) => index === 0)).toHaveLength(1);
  await pressKeys(page, "Home");
  expect((await focused(page)).name).toBe("tab Summary");
  await pressKeys(page, "ArrowLeft");
  expect((await focused(page)).name).toBe("tab Export");
  await pressKeys(page, "Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight");
  expect((await tab(page)).name).toMatch(/^tabpanel/);
  expect((await tab(page, true)).name).toBe("tab Bootstrap");

  await tabTo(page, /^select Replicates/);
  await pressKeys(page, "End");
  await tabTo(page, /^button Run bootstrap/);
  await pressKeys(page, "Enter");
  await waitForText(page, ".progress", /^[1-9][\d,]+ of 500,000/);
  expect((await focused(page)).name).toBe("button Stop");
  await pressKeys(page, "Space");
  await waitForText(page, ".results .tab-panel", /replicates in/);
  expect((await focused(page)).name).toBe("button Run bootstrap");
  await tabTo(page, /^select Histogram of/);
  await pressKeys(page, "ArrowDown");
  await page.waitForSelector(".histogram svg rect");
  expect(complaints).toEqual([]);
  await context.close();
});

test("Tab leads through the page and out of it, and every stop can be seen", async () => {
  const { page, context } = await stage.open();
  await openExample(page, "frontdoor");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  const stops: Stop[] = [];
  for (
    let stop = await tab(page);
    stop.name !== stops[0]?.name && stops.length < 120;
    stop = await tab(page)
  ) {
    if (stop.name.startsWith("body")) break;
    stops.push(stop);
  }
  expect(stops.filter(({ isVisible }) => !isVisible).map(({ name }) => name)).toEqual([]);
  const names = stops.map(({ name }) => name);
  const inOrder = [
    "Examples",
    "Open",
    "Save",
    "Link",
    "Theme",
    "Options",
    "tab Table",
    "button Fit",
    "Zoom in",
    "tab Summary",
  ];
  const places = inOrder.map((words) => names.findIndex((name) => name.includes(words)));
  expect(places, names.join("\n")).toEqual([...places].sort((a, b) => a - b));
  expect(
    places.every((place) => place >= 0),
    names.join("\n"),
  ).toBe(true);
  expect(stops.length).toBeLessThan(60);
  await context.close();
});
