import { connect, type Browser, type Page } from "puppeteer-core";
import { expect, inject } from "vitest";
import { serveFolder } from "../../harness/browser/serve.ts";

/** Connects to the Chrome of the tests' global setup. */
export async function connectBrowser(): Promise<Browser> {
  const answer = await fetch(inject("browserControl"));
  if (!answer.ok) throw new Error(await answer.text());
  const { webSocket } = (await answer.json()) as { webSocket: string };
  return connect({ browserWSEndpoint: webSocket, protocolTimeout: 600_000 });
}

/**
 * Opens a folder's page and hands it to `look`; nothing may complain in its console but what `isExpected` knows.
 * Browsers ask for an icon that these pages do not have.
 */
export async function visitPage(
  browser: Browser,
  folder: string,
  look: (page: Page) => Promise<void>,
  isExpected: (complaint: string) => boolean = () => false,
): Promise<void> {
  const server = await serveFolder(folder);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warn") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  try {
    await page.goto(`${server.origin}/`);
    await look(page);
    expect(complaints.filter((text) => !text.includes("404") && !isExpected(text))).toEqual([]);
  } finally {
    await page.close();
    await server.close();
  }
}

/** The text of the page's `#outcome`, once it matches. */
export async function outcomeOf(page: Page, pattern: RegExp): Promise<string> {
  const options = { timeout: 60_000 };
  const matches = (source: string): boolean =>
    new RegExp(source).test(document.querySelector("#outcome")?.textContent ?? "");
  await page.waitForFunction(matches, options, pattern.source);
  return page.$eval("#outcome", (each) => each.textContent);
}
