import { connect, type Browser, type Page } from "puppeteer-core";
import { afterAll, inject } from "vitest";
import type { Outcome } from "../../../harness/browser/modules/runner.ts";
import { decode, encode } from "../../../harness/browser/transfer.ts";

interface PageConnection {
  readonly browser: Browser;
  readonly page: Page;
  readonly console: string[];
}

let connection: Promise<PageConnection> | undefined;
let dawn: Promise<unknown> | undefined;

/**
 * Runs an exported function of a page module (`/test/gpu/page/forward.ts`, say) in real headless Chrome with real WebGPU,
 * and returns what it returns. Arguments and result may hold typed arrays, NaN, infinities and undefined.
 * Every test file has a page of its own, which lives until the file is done, so module state is kept between calls.
 * With `SEMNAN_TEST_BACKEND=dawn` the module runs in this process, on npm's Dawn: for machines with a GPU and no Chrome.
 *
 * @throws the page's error, with its name, message and stack, followed by what the page wrote to its console.
 */
export async function runInBrowser<Result>(
  modulePath: string,
  exportName: string,
  ...values: readonly unknown[]
): Promise<Result> {
  if (process.env["SEMNAN_TEST_BACKEND"] === "dawn") return runOnDawn(modulePath, exportName, values);
  connection ??= openPage();
  const { page, console } = await connection;
  console.length = 0;
  const call = [modulePath, exportName, encode(values)].map((value) => JSON.stringify(value)).join(", ");
  const outcome = decode((await page.evaluate(`semnanCall(${call})`)) as string) as Outcome;
  if ("value" in outcome) return outcome.value as Result;
  const { name, message, stack, advice } = outcome.error;
  const output = console.length > 0 ? `\nconsole of the page:\n${console.join("\n")}` : "";
  const error = Object.assign(new Error(message + output), { name, advice });
  error.stack = `${stack}\n(in the page)${output}\n${error.stack ?? ""}`;
  throw error;
}

/** Arguments and result are copied as a page's are, so that nothing passes here that would not pass there. */
async function runOnDawn<Result>(
  modulePath: string,
  exportName: string,
  values: readonly unknown[],
): Promise<Result> {
  // Loaded here only: it brings a native library.
  dawn ??= import("../../../harness/browser/modules/dawn.ts").then(({ provideDawn }) => provideDawn());
  await dawn;
  const module = (await import(/* @vite-ignore */ modulePath)) as Record<
    string,
    (...values: readonly unknown[]) => unknown
  >;
  const result = await module[exportName]!(...(decode(encode(values)) as unknown[]));
  return (decode(encode({ result })) as { result: Result }).result;
}

async function openPage(): Promise<PageConnection> {
  const answer = await fetch(inject("browserControl"));
  if (!answer.ok) throw new Error(await answer.text());
  const { webSocket, origin } = (await answer.json()) as { webSocket: string; origin: string };
  const browser = await connect({ browserWSEndpoint: webSocket, protocolTimeout: 600_000 });
  const page = await browser.newPage();
  const console: string[] = [];
  page.on("console", (message) => console.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => console.push(`uncaught: ${String(error)}`));
  await page.goto(`${origin}/harness/browser/modules/index.html`);
  await page.waitForFunction("typeof semnanCall === 'function'");
  return { browser, page, console };
}

afterAll(async () => {
  const open = await connection?.catch(() => undefined);
  connection = undefined;
  await open?.page.close();
  await open?.browser.disconnect();
});
