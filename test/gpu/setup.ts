import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { launchBrowser, type BrowserSession } from "../../harness/browser/launch.ts";
import { type ModuleServer, serveModules } from "../../harness/browser/modules/host.ts";
import { type Build, buildApp, buildCommand } from "../e2e/builds.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Ask this address for the browser, and its /command and /app for builds; the first to ask has each made. */
    browserControl: string;
  }
}

interface Stage {
  readonly session: BrowserSession;
  readonly modules: ModuleServer;
}

const BUILDERS: Readonly<Record<string, () => Promise<Build>>> = {
  "/command": buildCommand,
  "/app": buildApp,
};

/**
 * One Chrome, one vite server (which turns TypeScript and WGSL into modules on the fly), one build of the command and one
 * of the page for the whole run. Each is made when the first test file asks for it, so a run of pure tests pays for none.
 * `SEMNAN_TEST_BROWSER=npm` forces the browser that npm brings. Where no adapter is found the asking tests fail.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let stage: Promise<Stage> | undefined;
  const builds = new Map<string, Promise<Build>>();
  const answer = async (path: string): Promise<string> => {
    const builder = BUILDERS[path];
    if (builder) {
      const build = builds.get(path) ?? builder();
      builds.set(path, build);
      return (await build).path;
    }
    stage = (stage ?? raiseStage()).then(keepStanding);
    return describeStage(await stage);
  };
  const control = createServer((request, response) => {
    answer(request.url!).then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
  project.provide("browserControl", `http://127.0.0.1:${(control.address() as AddressInfo).port}/`);
  return async () => {
    control.close();
    const raised = await stage?.catch(() => undefined);
    if (raised) await lower(raised);
    for (const build of builds.values()) await (await build.catch(() => undefined))?.remove();
  };
}

/** A browser that died takes the file with it that it died in, not every file that follows. */
async function keepStanding(stage: Stage): Promise<Stage> {
  if (stage.session.browser.connected) return stage;
  console.error("Chrome died and is started again");
  await lower(stage);
  return raiseStage();
}

async function lower({ session, modules }: Stage): Promise<void> {
  await session.close();
  await modules.close();
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
