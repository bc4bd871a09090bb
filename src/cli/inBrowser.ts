import { fileURLToPath } from "node:url";
import type { Page } from "puppeteer-core";
import type { PageAnswer } from "../../harness/browser/page/main.ts";
import type { ManyRequest } from "../../harness/browser/page/many.ts";
import { launchBrowser, type BrowserSession } from "../../harness/browser/launch.ts";
import { serveFolder } from "../../harness/browser/serve.ts";
import { decode, encode } from "../../harness/browser/transfer.ts";
import { DeviceLostError, SemnanError } from "../errors.ts";
import type { EstimateProgress } from "../fit/estimate.ts";
import type { Replicates } from "../fit/bootstrap/replicates.ts";
import type { Analysis } from "../embed/analysis.ts";
import type { FitResult } from "../statistics/result.ts";
import type { ErrorReport } from "./complaint.ts";
import { Interruption } from "./interruptible.ts";
import type { CountProgress } from "./progress.ts";

/** An error that a page reported; it has lost its class but not its words. */
export class PageError extends SemnanError {
  override readonly name = "PageError";
  constructor(readonly report: ErrorReport) {
    super(report.message, report.advice);
  }
}

export interface BrowserFitOptions {
  /** Path of a browser, or `npm`. */
  readonly browser?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EstimateProgress) => void;
}

/** The page that vite built beside the command. */
const PAGE_FOLDER = fileURLToPath(new URL("./page/", import.meta.url));

/**
 * Runs an analysis in headless Chrome, where WebGPU is. The browser ends with this function, or with this process.
 *
 * @throws BackendUnavailableError without a browser, PageError with what the page reported, DeviceLostError where the
 * browser dies, and the signal's reason once it is aborted.
 */
export async function fitInBrowser(
  analysis: Analysis,
  { browser, signal, onProgress }: BrowserFitOptions,
): Promise<FitResult> {
  const listeners = {
    semnanProgress: (progress: unknown) => onProgress(progress as EstimateProgress),
  };
  return inBrowser(browser, async (session) => {
    const end = (): void => void session.close();
    signal.addEventListener("abort", end, { once: true });
    try {
      signal.throwIfAborted();
      const result = await askPage(session, listeners, (page) => ask(page, "semnanFit", analysis));
      return { ...result, phases: { browserStart: session.seconds, ...result.phases } };
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", end);
    }
  });
}

/** What a bootstrap or a search in a browser reports while it runs. */
export interface BrowserManyOptions {
  readonly browser?: string | undefined;
  /** Ends the work early; the answer then has what is done. */
  readonly stop: AbortSignal;
  readonly onCounts: (progress: CountProgress) => void;
  readonly onReplicates?: ((chunk: Replicates) => Promise<void> | undefined) | undefined;
}

/** Runs many fits in headless Chrome. Throws as `fitInBrowser` does. */
export async function manyInBrowser(
  request: ManyRequest,
  { browser, stop, onCounts, onReplicates }: BrowserManyOptions,
): Promise<FitResult> {
  const listeners = {
    semnanCounts: (progress: unknown) => onCounts(progress as CountProgress),
    semnanReplicates: (chunk: unknown) => onReplicates?.(chunk as Replicates),
  };
  return inBrowser(browser, (session) =>
    askPage(session, listeners, async (page) => {
      const end = (): void => void page.evaluate("semnanStop()");
      stop.addEventListener("abort", end, { once: true });
      if (stop.aborted) end();
      try {
        return await ask(page, "semnanMany", request);
      } finally {
        stop.removeEventListener("abort", end);
      }
    }),
  );
}

async function inBrowser<T>(
  browser: string | undefined,
  work: (session: BrowserSession) => Promise<T>,
): Promise<T> {
  const session = await launchBrowser({ browser, pipe: true });
  try {
    return await work(session);
  } catch (error) {
    if (error instanceof Interruption || error instanceof SemnanError || session.browser.connected)
      throw error;
    throw new DeviceLostError("the browser ended before the fit did", "Run again, or use --backend cpu.");
  } finally {
    await session.close();
  }
}

/** Asks the page, which may call the listeners while it works; their errors end it. */
async function askPage(
  { browser }: BrowserSession,
  listeners: Readonly<Record<string, (value: unknown) => unknown>>,
  work: (page: Page) => Promise<FitResult>,
): Promise<FitResult> {
  const server = await serveFolder(PAGE_FOLDER);
  try {
    const page = await browser.newPage();
    for (const [name, listen] of Object.entries(listeners)) {
      await page.exposeFunction(name, async (text: string) => void (await listen(decode(text))));
    }
    await page.goto(`${server.origin}/`);
    return await work(page);
  } finally {
    await server.close();
  }
}

async function ask(page: Page, name: string, request: unknown): Promise<FitResult> {
  const call = `${name}(${JSON.stringify(encode(request))})`;
  const answer = decode((await page.evaluate(call)) as string) as PageAnswer;
  if ("error" in answer) throw new PageError(answer.error);
  return answer.result;
}
