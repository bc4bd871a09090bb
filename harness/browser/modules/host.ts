import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { createServer, type ViteDevServer } from "vite";
import { type AdapterReport, type BrowserSession, launchBrowser } from "../launch.ts";
import { decode, encode } from "../transfer.ts";
import type { Outcome } from "./runner.ts";

/** A vite server that turns the repository's TypeScript and WGSL into modules as a page asks for them. */
export interface ModuleServer {
  readonly server: ViteDevServer;
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts the server on a free loopback port, with a cache of its own so that runs at the same time do not meet. */
export async function serveModules(): Promise<ModuleServer> {
  const cache = await mkdtemp(join(tmpdir(), "semnan-vite-"));
  const server = await createServer({
    configFile: false,
    root: join(import.meta.dirname, "..", "..", ".."),
    cacheDir: cache,
    logLevel: "error",
    optimizeDeps: { noDiscovery: true, include: ["papaparse"] },
    server: { host: "127.0.0.1", port: 0, hmr: false, watch: null },
  });
  await server.listen();
  return {
    server,
    origin: (server.resolvedUrls?.local[0] ?? "").replace(/\/$/, ""),
    async close() {
      await server.close();
      await rm(cache, { recursive: true, force: true });
    },
  };
}

/** A place with WebGPU that runs exported functions of the repository's modules. */
export interface ComputeHost {
  /** Its name and version, such as "Chrome/147.0.7727.0". */
  readonly version: string;
  readonly adapter: AdapterReport;
  /** Seconds from the call to an adapter. */
  readonly startSeconds: number;
  /** Calls an export; values may hold typed arrays, NaN and infinities. Throws what the export threw. */
  call<Result>(modulePath: string, exportName: string, ...values: readonly unknown[]): Promise<Result>;
  /** Leaves memory, devices and compiled shaders behind, where there is a page to leave. */
  freshPage(): Promise<void>;
  close(): Promise<void>;
}

/** A page of a real headless Chrome. */
export interface ModuleHost extends ComputeHost {
  readonly session: BrowserSession;
  readonly origin: string;
}

/** Starts Chrome and the module server. Throws BackendUnavailableError where there is no browser with WebGPU. */
export async function startModuleHost(browser?: string): Promise<ModuleHost> {
  const session = await launchBrowser({ browser, pipe: true });
  const modules = await serveModules();
  let page = await openPage(session, modules.origin);
  return {
    session,
    origin: modules.origin,
    version: session.version,
    adapter: session.adapter,
    startSeconds: session.seconds,
    async call<Result>(modulePath: string, exportName: string, ...values: readonly unknown[]) {
      const call = [modulePath, exportName, encode(values)].map((value) => JSON.stringify(value)).join(", ");
      const outcome = decode((await page.evaluate(`semnanCall(${call})`)) as string) as Outcome;
      if ("value" in outcome) return outcome.value as Result;
      const { name, message, stack } = outcome.error;
      throw Object.assign(new Error(message), { name, stack });
    },
    async freshPage() {
      await page.close();
      page = await openPage(session, modules.origin);
    },
    async close() {
      await session.close();
      await modules.close();
    },
  };
}

async function openPage({ browser }: BrowserSession, origin: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${origin}/harness/browser/modules/index.html`);
  await page.waitForFunction("typeof semnanCall === 'function'");
  return page;
}
