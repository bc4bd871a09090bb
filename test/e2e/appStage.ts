import type { Browser, BrowserContext, Page } from "puppeteer-core";
import { afterAll, beforeAll } from "vitest";
import { serveFolder, type StaticServer } from "../../harness/browser/serve.ts";
import { askForBuild } from "./command.ts";
import { connectBrowser } from "./visitPage.ts";

/** The built page, served, and a browser to open it in. */
export interface AppStage {
  readonly origin: string;
  readonly browser: Browser;
  open(options?: OpenOptions): Promise<AppPage>;
}

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
  /** JavaScript that runs in every worker before its own code. */
  readonly workerPrelude?: string;
  /** After the origin. */
  readonly path?: string;
  /** A profile that another page already has; otherwise a fresh one. */
  readonly context?: BrowserContext;
}

export interface AppPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors and warnings of the console, violations of the policy among them, and uncaught exceptions. */
  readonly complaints: string[];
}

/** Serves the built page to the tests of a file, and opens it in the browser of the test run. */
export function useAppStage(): AppStage {
  let server: StaticServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await serveFolder(await askForBuild("app"));
    browser = await connectBrowser();
  });
  afterAll(async () => {
    await browser.disconnect();
    await server.close();
  });
  return {
    get origin() {
      return server.origin;
    },
    get browser() {
      return browser;
    },
    open: (options = {}) => openPage(browser, server.origin, options),
  };
}

async function openPage(browser: Browser, origin: string, options: OpenOptions): Promise<AppPage> {
  const { width = 1440, height = 900, scheme = "light", workerPrelude, path = "/" } = options;
  const context = options.context ?? (await browser.createBrowserContext());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warn") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  if (workerPrelude !== undefined) await page.evaluateOnNewDocument(wrapWorkers, workerPrelude);
  await page.goto(`${origin}${path}`);
  await page.waitForSelector("model-editor");
  return { page, context, complaints };
}

/** Runs in the page: every worker starts with the prelude and keeps messages that come before its own code listens. */
function wrapWorkers(prelude: string): void {
  const Native = globalThis.Worker;
  globalThis.Worker = class extends Native {
    constructor(url: URL | string, options?: WorkerOptions) {
      const text = `${prelude}
        const early = [];
        const keep = (event) => early.push(event.data);
        addEventListener("message", keep);
        await import(${JSON.stringify(String(url))});
        removeEventListener("message", keep);
        for (const data of early) dispatchEvent(new MessageEvent("message", { data }));`;
      super(URL.createObjectURL(new Blob([text], { type: "text/javascript" })), options);
    }
  };
}

/**
 * Clicks the button, summary or tab whose text or label starts so, once it can be clicked, and waits until the page has
 * drawn what it does.
 */
export async function press(page: Page, words: string): Promise<void> {
  const match = await page
    .waitForFunction(
      (start) => {
        const candidates = [...document.querySelectorAll<HTMLElement>("button, summary, [role=tab]")];
        const match = candidates.find(
          (each) =>
            each.textContent.trim().replaceAll(/\s+/g, " ").startsWith(start) ||
            each.ariaLabel?.startsWith(start),
        );
        return match?.matches(":disabled") ? undefined : match;
      },
      { timeout: 30_000, polling: 20 },
      words,
    )
    .catch((error: unknown) => {
      throw new Error(`there is no button "${words}" that can be pressed`, { cause: error });
    });
  await page.evaluate(async (button) => {
    button!.click();
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
  }, match);
}

/** Clicks the tab of the results with just this name. */
export async function pressTab(page: Page, name: string): Promise<void> {
  await page.evaluate((words) => {
    const tabs = [...document.querySelectorAll<HTMLElement>(".results [role=tab]")];
    tabs.find((each) => each.textContent.trim() === words)!.click();
  }, name);
  await page.waitForFunction(
    (words) => document.querySelector(".results [aria-selected=true]")?.textContent.trim() === words,
    { polling: 20 },
    name,
  );
}

/** Waits until the text of an element, blanks run together, satisfies a pattern, and returns it. */
export async function waitForText(page: Page, selector: string, pattern: RegExp): Promise<string> {
  const handle = await page.waitForFunction(
    (where, source, flags) => {
      const found = [...document.querySelectorAll(where)];
      const texts = found.map((each) => each.textContent.replaceAll(/\s+/g, " ").trim());
      return texts.find((text) => new RegExp(source, flags).test(text));
    },
    { timeout: 60_000, polling: 50 },
    selector,
    pattern.source,
    pattern.flags,
  );
  return (await handle.jsonValue()) as string;
}

/** Opens an example and waits until its model and data are read. */
export async function openExample(page: Page, key: string): Promise<void> {
  await page.select("header select", key);
  await page.waitForFunction(
    () => {
      const fit = [...document.querySelectorAll<HTMLButtonElement>("button.primary")][0];
      return fit !== undefined && !fit.disabled && document.querySelector(".facts") !== null;
    },
    { timeout: 30_000, polling: 50 },
  );
}

/** Fits what is on the page and returns the line that says how it went. */
export async function fitPage(page: Page): Promise<string> {
  await press(page, "Fit");
  return waitForText(page, ".run-facts", /converge/i);
}

/** The text of the model editor, which stands in a shadow tree. */
export function editorText(page: Page): Promise<string> {
  return page.evaluate(() => (document.querySelector("model-editor") as unknown as { text: string }).text);
}

/** Replaces the text of the model editor by typing. */
export async function typeModel(page: Page, text: string): Promise<void> {
  await page.evaluate(() => document.querySelector<HTMLElement>("model-editor")!.focus());
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.press("Delete");
  await page.keyboard.type(text);
  await page.keyboard.press("Escape");
}

/** Chooses an entry of a select by the label before it. */
export async function chooseOption(page: Page, label: string, value: string): Promise<void> {
  await page.evaluate(
    (words, wanted) => {
      const fields = [...document.querySelectorAll("label.field")];
      const field = fields.find((each) => each.querySelector("span")?.textContent === words)!;
      const select = field.querySelector("select")!;
      select.value = wanted;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    },
    label,
    value,
  );
}

/** The tabs of the results, in order. */
export const RESULT_TABS = [
  "Summary",
  "Parameters",
  "Fit measures",
  "Residuals",
  "Modification",
  "Bootstrap",
  "Starts",
  "Identifiability",
  "What if",
  "Compare",
  "Export",
];
