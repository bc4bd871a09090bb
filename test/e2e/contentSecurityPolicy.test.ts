import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build } from "vite";
import { connectBrowser, outcomeOf, visitPage } from "./visitPage.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const DATA = join(ROOT, "harness", "examples", "holzinger.csv");
/** χ² of visual and textual, six indicators, in lavaan 0.6-14 with the same data: cfa(…), df 8. */
const CHI_SQUARED = 24.361;

/** Holds `semnan.js`, the library as one file. */
let built: string;
let browser: Browser;
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), "semnan-policies-"));
  await build({ root: ROOT, mode: "semnan", logLevel: "error", build: { outDir: built } });
  browser = await connectBrowser();
});
afterAll(async () => {
  await browser?.disconnect();
  await rm(built, { recursive: true, force: true });
});

describe("content security policies", () => {
  test.each([
    {
      policy: "script-src 'self'",
      replicates: 20,
      description: /^float64 JavaScript/,
      reason: "this page may not compile WebAssembly",
    },
    // Enough of them for a second thread to be worth its start.
    {
      policy: "script-src 'self' 'wasm-unsafe-eval'",
      replicates: 20_000,
      description: /^float64 WebAssembly, .*, 1 thread$/,
      reason: "asked for",
    },
    {
      policy: "script-src 'self' 'wasm-unsafe-eval'; worker-src blob:",
      replicates: 20_000,
      description: /^float64 WebAssembly, .*, \d+ threads$/,
      reason: "asked for",
    },
  ])("$policy: a bootstrap runs, and says how", async ({ policy, replicates, description, reason }) => {
    const folder = await mkdtemp(join(built, "policy-"));
    await cp(join(built, "semnan.js"), join(folder, "semnan.js"));
    await cp(join(import.meta.dirname, "strict", "main.js"), join(folder, "main.js"));
    await cp(DATA, join(folder, "pupils.csv"));
    const stated = `default-src 'none'; connect-src 'self'; ${policy}`;
    await writeFile(
      join(folder, "index.html"),
      `<!doctype html><meta http-equiv="Content-Security-Policy" content="${stated}">
       <pre id="outcome" data-replicates="${replicates}"></pre><script type="module" src="./main.js"></script>`,
    );
    const look = async (page: Page): Promise<void> => {
      expect(JSON.parse(await outcomeOf(page, /\{/))).toEqual({
        evaluation: "EvalError",
        chisq: CHI_SQUARED,
        // Resamples of 301 cases now and then have no proper solution.
        converged: expect.closeTo(1, 2) as number,
        description: expect.stringMatching(description) as string,
        reason,
      });
    };
    // Chrome's console names what a policy forbids; the page's own attempt at `eval` is there to be forbidden.
    await visitPage(browser, folder, look, (complaint) => complaint.includes("Content Security Policy"));
  });
});
