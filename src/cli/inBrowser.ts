import { fileURLToPath } from "node:url";
import type { PageAnswer } from "../../harness/browser/page/main.ts";
import { launchBrowser, type BrowserSession } from "../../harness/browser/launch.ts";
import { serveFolder } from "../../harness/browser/serve.ts";
import { decode, encode } from "../../harness/browser/transfer.ts";
import { DeviceLostError, SemnanError } from "../errors.ts";
import type { EstimateProgress } from "../fit/estimate.ts";
import type { Analysis } from "../embed/analysis.ts";
import type { FitResult } from "../statistics/result.ts";
import type { ErrorReport } from "./complaint.ts";

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
export async function fitInBrowser(analysis: Analysis, options: BrowserFitOptions): Promise<FitResult> {
  const session = await launchBrowser({ browser: options.browser, pipe: true });
  const end = (): void => void session.close();
  options.signal.addEventListener("abort", end, { once: true });
  try {
    options.signal.throwIfAborted();
    const result = await askPage(session, analysis, options);
    return { ...result, phases: { browserStart: session.seconds, ...result.phases } };
  } catch (error) {
    options.signal.throwIfAborted();
    if (session.browser.connected) throw error;
    throw new DeviceLostError("the browser ended before the fit did", "Run again, or use --backend cpu.");
  } finally {
    options.signal.removeEventListener("abort", end);
    await session.close();
  }
}

async function askPage(
  { browser }: BrowserSession,
  analysis: Analysis,
  { onProgress }: BrowserFitOptions,
): Promise<FitResult> {
  const server = await serveFolder(PAGE_FOLDER);
  try {
    const page = await browser.newPage();
    await page.exposeFunction("semnanProgress", (text: string) =>
      onProgress(decode(text) as EstimateProgress),
    );
    await page.goto(`${server.origin}/`);
    const call = `semnanFit(${JSON.stringify(encode(analysis))})`;
    const answer = decode((await page.evaluate(call)) as string) as PageAnswer;
    if ("error" in answer) throw new PageError(answer.error);
    return answer.result;
  } finally {
    await server.close();
  }
}
