import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { BackendUnavailableError } from "../../src/errors.ts";
import { hardwareIsPlausible, webgpuFlags, type AdapterKind } from "./flags.ts";
import { browserCandidates, type BrowserCandidate, type BrowserSource } from "./locate.ts";

/** What WebGPU says of an adapter. */
export interface AdapterReport {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** True for software adapters such as SwiftShader. */
  readonly fallback: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** A running headless browser whose WebGPU gave an adapter. */
export interface BrowserSession {
  readonly browser: Browser;
  readonly source: BrowserSource;
  readonly executable: string;
  readonly version: string;
  readonly adapter: AdapterReport;
  /** Seconds from the call to a browser with an adapter, unpacking included. */
  readonly seconds: number;
  /** Ends the browser and removes its profile. */
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** A path or `npm`; `SEMNAN_BROWSER` unless given. */
  readonly browser?: string | undefined;
  /** Talk through a pipe, which makes the browser end with this process whatever happens; otherwise a web socket. */
  readonly pipe?: boolean;
}

const START_MILLISECONDS = 60_000;
/** Words of the line that says why a browser ended. */
const TELLING = /error while loading|fatal|sandbox|cannot|not found|denied|no space/i;
const PROTOCOL_MILLISECONDS = 24 * 3_600_000;

/**
 * Starts the first browser that gives a WebGPU adapter: hardware where the machine has any, SwiftShader otherwise.
 * A browser that does not start, or has no WebGPU, is passed over for the next one.
 *
 * @throws BackendUnavailableError naming every browser that was tried and why it would not do.
 */
export async function launchBrowser(options: LaunchOptions = {}): Promise<BrowserSession> {
  const begun = performance.now();
  const failures: string[] = [];
  for await (const candidate of browserCandidates(options.browser ?? process.env["SEMNAN_BROWSER"])) {
    const kinds: AdapterKind[] = hardwareIsPlausible() ? ["hardware", "software"] : ["software"];
    for (const kind of kinds) {
      try {
        const found = await tryCandidate(candidate, kind, options.pipe ?? false);
        if (found) return { ...found, seconds: (performance.now() - begun) / 1000 };
        failures.push(`${candidate.executable}: no ${kind} WebGPU adapter`);
      } catch (error) {
        failures.push(`${candidate.executable}: ${lastWords(error as Error)}`);
      }
    }
  }
  throw new BackendUnavailableError(
    `no browser gave a WebGPU adapter (${failures.join("; ")})`,
    "Install a current Chrome, Chromium or Edge, name one in SEMNAN_BROWSER, or use --backend cpu.",
  );
}

async function tryCandidate(
  candidate: BrowserCandidate,
  kind: AdapterKind,
  pipe: boolean,
): Promise<Omit<BrowserSession, "seconds"> | undefined> {
  const { browser, close } = await start(candidate, kind, pipe);
  try {
    const adapter = await describeAdapter(browser);
    if (adapter && (kind === "software" || !adapter.fallback)) {
      const { source, executable } = candidate;
      return { browser, source, executable, version: await browser.version(), adapter, close };
    }
  } catch (error) {
    await close();
    throw error;
  }
  await close();
  return undefined;
}

type StartedBrowser = Pick<BrowserSession, "browser" | "close">;

/** Root cannot use Chrome's sandbox, and many containers forbid it to everyone; only our own page ever runs in it. */
async function start(candidate: BrowserCandidate, kind: AdapterKind, pipe: boolean): Promise<StartedBrowser> {
  if (process.platform !== "linux") return startWith(candidate, webgpuFlags(kind, true), pipe);
  const unboxed = webgpuFlags(kind, false);
  if (process.getuid?.() === 0) return startWith(candidate, unboxed, pipe);
  return startWith(candidate, webgpuFlags(kind, true), pipe).catch(() => startWith(candidate, unboxed, pipe));
}

async function startWith(
  candidate: BrowserCandidate,
  args: string[],
  pipe: boolean,
): Promise<StartedBrowser> {
  const profile = await mkdtemp(join(tmpdir(), "semnan-profile-"));
  const removeProfile = (): Promise<void> => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  const launchIn = async (folder: string, pipe: boolean): Promise<Browser> => {
    // Puppeteer takes a quarter of a second to load, which a fit on the CPU need not pay.
    const { launch } = await import("puppeteer-core");
    return launch({
      executablePath: candidate.executable,
      headless: candidate.headless,
      args,
      userDataDir: join(profile, folder),
      env: { ...process.env, ...candidate.environment },
      pipe,
      timeout: START_MILLISECONDS,
      protocolTimeout: PROTOCOL_MILLISECONDS,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  };
  try {
    const browser = await launchIn("first", pipe).catch(async (error: Error) => {
      if (error.name === "TimeoutError") throw error;
      // It died at once, which may have been bad luck. Only through a web socket puppeteer hears its last words.
      const second = await launchIn("second", false);
      if (!pipe) return second;
      await second.close();
      return launchIn("third", true);
    });
    return { browser, close: () => browser.close().finally(removeProfile) };
  } catch (error) {
    await removeProfile();
    throw error;
  }
}

/** A page whose every request is answered with an empty document, on an origin where WebGPU exists. */
async function blankSecurePage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.setRequestInterception(true);
  page.on("request", (request) => void request.respond({ contentType: "text/html", body: "" }));
  await page.goto("http://localhost/");
  return page;
}

async function describeAdapter(browser: Browser): Promise<AdapterReport | undefined> {
  const page = await blankSecurePage(browser);
  try {
    const report = await page.evaluate(async () => {
      const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
      if (!adapter) return null;
      const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
      const limits: Record<string, number> = {};
      for (const name in adapter.limits) {
        const value = adapter.limits[name as keyof GPUSupportedLimits];
        if (typeof value === "number") limits[name] = value;
      }
      const fallback = isFallbackAdapter || architecture === "swiftshader";
      const features = [...adapter.features].sort();
      return { vendor, architecture, device, description, fallback, features, limits };
    });
    return report ?? undefined;
  } finally {
    await page.close();
  }
}

/** What a browser said before it ended, and how it ended: the line of many that says what is wrong, or else the last one. */
function lastWords({ message, name }: Error): string {
  const lines = message.split("\n").map((line) => line.trim());
  const [first = name, ...printed] = lines.filter(
    (line) => line && !/^(stderr:|TROUBLESHOOTING:)/.test(line),
  );
  const code = /Failed to launch the browser process:\s+Code: (\w+)/.exec(first)?.[1];
  if (code === undefined) return first.slice(0, 300);
  const words = printed.find((line) => TELLING.test(line)) ?? printed.at(-1) ?? "it said nothing";
  return `${words.slice(0, 300)} (${code === "null" ? "a signal ended it" : `it ended with code ${code}`})`;
}
