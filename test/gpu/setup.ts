import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { launchBrowser, type BrowserSession } from "../../harness/browser/launch.ts";
import { type ModuleServer, serveModules } from "../../harness/browser/modules/host.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Ask this address for the browser; the first to ask starts it. */
    browserControl: string;
  }
}

interface Stage {
  readonly session: BrowserSession;
  readonly modules: ModuleServer;
}

/**
 * One Chrome and one vite server (which turns TypeScript and WGSL into modules on the fly) for the whole run.
 * Both start when the first test file asks for them, so a run of pure tests pays for neither.
 * `SEMNAN_TEST_BROWSER=npm` forces the browser that npm brings. Where no adapter is found the asking tests fail.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let stage: Promise<Stage> | undefined;
  const control = createServer((_request, response) => {
    stage ??= raiseStage();
    void stage.then(describeStage).then(
      (description) => response.end(description),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
  project.provide("browserControl", `http://127.0.0.1:${(control.address() as AddressInfo).port}/`);
  return async () => {
    control.close();
    const raised = await stage?.catch(() => undefined);
    if (!raised) return;
    await raised.session.close();
    await raised.modules.close();
  };
}

/** What a test file needs to know: where Chrome listens, and where the modules are served. */
function describeStage({ session, modules }: Stage): string {
  return JSON.stringify({ webSocket: session.browser.wsEndpoint(), origin: modules.origin });
}

async function raiseStage(): Promise<Stage> {
  const session = await launchBrowser({ browser: process.env["SEMNAN_TEST_BROWSER"] });
  const { vendor, architecture } = session.adapter;
  console.log(
    `${session.version} (${session.source}): ${vendor} ${architecture}, ${session.seconds.toFixed(2)} s`,
  );
  return { session, modules: await serveModules() };
}
