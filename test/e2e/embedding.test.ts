import { execFile, type ExecFileOptions } from "node:child_process";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unpackNpmChromium } from "../../harness/browser/npm-chromium.ts";
import { fitOnPage } from "./firstFit.ts";
import { bundlePage, type CompressedSize } from "./measureBundle.ts";
import { packPackage, type PackedPackage } from "./packedPackage.ts";
import { connectBrowser, outcomeOf, visitPage } from "./visitPage.ts";

/** Runs a program; where it fails, what it printed is in the error. */
async function run(
  file: string,
  values: readonly string[],
  options: ExecFileOptions,
): Promise<{ stdout: string }> {
  try {
    const { stdout } = await promisify(execFile)(file, values, options);
    return { stdout: String(stdout) };
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string };
    throw new Error([message, stdout, stderr].join("\n"), { cause: error });
  }
}

const ROOT = join(import.meta.dirname, "..", "..");
const DATA = join(ROOT, "harness", "examples", "holzinger.csv");
/** χ² of visual and textual, six indicators, in lavaan 0.6-14 with the same data: cfa(…), df 8. */
const CHI_SQUARED = 24.361;

let packed: PackedPackage;
let browser: Browser;
beforeAll(async () => {
  packed = await packPackage();
  browser = await connectBrowser();
}, 240_000);
afterAll(async () => {
  await browser?.disconnect();
  await packed?.remove();
});

const visit = (folder: string, look: (page: Page) => Promise<void>): Promise<void> =>
  visitPage(browser, folder, look);

/** The text inside `<semnan-fit>`, once it has fitted. */
async function elementText(page: Page): Promise<string> {
  await page.waitForFunction(
    () => document.querySelector("semnan-fit")?.shadowRoot?.querySelector("table") !== null,
    { timeout: 60_000 },
  );
  return page.$eval("semnan-fit", (element) => element.shadowRoot!.textContent);
}

describe("the example projects, with the packed package", () => {
  test("vite builds the page; its types hold; element and worker fit", { timeout: 240_000 }, async () => {
    const project = await packed.install("vite", ["vite"]);
    await mkdir(join(project, "public"));
    await cp(DATA, join(project, "public", "pupils.csv"));
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const options = "--noEmit --strict --target es2022 --module esnext --moduleResolution bundler";
    await run(process.execPath, [tsc, ...options.split(" "), "main.ts"], { cwd: project });
    const env = { ...process.env, NODE_ENV: "production" };
    await run(
      process.execPath,
      [join(ROOT, "node_modules", "vite", "bin", "vite.js"), "build", "--base", "./"],
      {
        cwd: project,
        env,
      },
    );
    await visit(join(project, "dist"), async (page) => {
      await page.click("#fit");
      const summary = await outcomeOf(page, /Std\.all/);
      // lavaan: χ² of the three-factor model is 85.306.
      expect(summary).toContain("85.306");
      await page.$eval("semnan-fit", (element) => element.shadowRoot!.querySelector("button")!.click());
      expect(await elementText(page)).toContain("visual =~ x2");
    });
  });

  test("a script tag loads it under a strict policy", async () => {
    const project = await packed.install("script-tag");
    await cp(DATA, join(project, "pupils.csv"));
    await visit(project, async (page) => {
      expect(await outcomeOf(page, /χ²/)).toBe(`χ² = ${CHI_SQUARED}`);
      const text = await elementText(page);
      expect(text).toContain("textual =~ x5");
      expect(text).toMatch(/Converged in \d+ ms/);
      const label = await page.$eval(
        "semnan-fit",
        (each) => each.shadowRoot!.querySelector("svg")!.ariaLabel,
      );
      expect(label).toMatch(/visual to x2: 0\.\d\d/);
    });
  });

  test("a worker of one's own runs two fits at once on one device", async () => {
    const project = await packed.install("worker");
    await cp(DATA, join(project, "pupils.csv"));
    await visit(project, async (page) => {
      const { chisq, backend } = JSON.parse(await outcomeOf(page, /\{/)) as {
        chisq: number[];
        backend: string;
      };
      expect(backend).toBe("webgpu");
      for (const value of chisq) expect(value).toBeCloseTo(CHI_SQUARED, 3);
    });
  });

  test("Node fits on a device that is handed over", async () => {
    const project = await packed.install("node", ["webgpu"]);
    await cp(DATA, join(project, "pupils.csv"));
    // Where the system has no Vulkan of its own, Chromium's loader and software driver serve as one.
    const { executable } = await unpackNpmChromium();
    const vulkan = dirname(executable);
    const env = {
      ...process.env,
      LD_LIBRARY_PATH: [process.env["LD_LIBRARY_PATH"], vulkan].filter(Boolean).join(":"),
      VK_ICD_FILENAMES: process.env["VK_ICD_FILENAMES"] ?? join(vulkan, "vk_swiftshader_icd.json"),
    };
    const { stdout } = await run(process.execPath, ["fit.js"], { cwd: project, env, timeout: 100_000 });
    const { chisq, backend } = JSON.parse(stdout) as { chisq: number; backend: { kind: string } };
    expect(backend.kind).toBe("webgpu");
    expect(chisq).toBeCloseTo(CHI_SQUARED, 3);
  });
});

describe("the package", () => {
  test("publint finds nothing", async () => {
    const { messages } = await publint({ pkgDir: packed.folder, level: "suggestion", strict: true });
    const manifest = JSON.parse(await readFile(join(packed.folder, "package.json"), "utf8")) as Record<
      string,
      unknown
    >;
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  test("its types are those of what it exports", async () => {
    const data = new Uint8Array(await readFile(packed.tarball));
    const analysis = await checkPackage(createPackageFromTarballData(data));
    if (analysis.types === false) throw new Error("the package has no types");
    // The package is ES modules only, on purpose; a worker's file has nothing to import, so it has no types.
    const problems = analysis.problems.filter(
      (problem) =>
        problem.kind !== "CJSResolvesToESM" &&
        !("entrypoint" in problem && problem.entrypoint === "./worker") &&
        !("resolutionKind" in problem && problem.resolutionKind === "node10"),
    );
    expect(problems).toEqual([]);
  });

  test("holds what it needs and nothing else", async () => {
    const top = await readdir(packed.folder);
    expect(top.sort()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
    const embedded = await readdir(join(packed.folder, "dist", "embed"));
    for (const name of ["worker.js", "element.js", "semnan.js"]) expect(embedded).toContain(name);
  });
});

describe("sizes, minified and compressed", () => {
  const CORE = "parseModel, momentsOf, dataSetFor, fit, webgpu, requestDevice";
  let project: string;
  let tables: number[][][];
  beforeAll(async () => {
    project = join(packed.folder, "..", "projects", "worker");
    await packed.install("worker").catch(() => undefined);
    const guide = join(ROOT, "harness", "docs", "guides", "sizes-and-dependencies.md");
    const text = (await readFile(guide, "utf8")).split("## What is installed", 1)[0]!;
    tables = text
      .split(/\n\n(?!\|)/)
      .map((part) =>
        [...part.matchAll(/^\|.*\| +([\d.]+) +\| +([\d.]+) +\|$/gm)].map(([, a, b]) => [
          Number(a),
          Number(b),
        ]),
      );
    tables = tables.filter((rows) => rows.length > 0);
  });

  /** A tenth, as the guide says; half a kilobyte where there is almost nothing. */
  function expectDocumented(documented: readonly number[][], measured: readonly number[][]): void {
    const kilobytes = measured.map((sizes) => sizes.map((size) => size / 1000));
    console.log(
      kilobytes
        .map((sizes, at) => `${sizes.map((size) => size.toFixed(1))} kB, documented ${documented[at]}`)
        .join("\n"),
    );
    expect(documented).toHaveLength(measured.length);
    for (const [at, sizes] of kilobytes.entries()) {
      for (const [part, size] of sizes.entries()) {
        const stated = documented[at]![part]!;
        expect(Math.abs(size - stated)).toBeLessThan(Math.max(0.1 * stated, 0.5));
      }
    }
  }

  test("a page pays for what it imports", { timeout: 120_000 }, async () => {
    const exports = [
      "parseModel",
      "createWorker",
      "parseModel, fit",
      CORE,
      "parseModel, readData, dataSetFor, fit, webgpu, requestDevice",
    ];
    const bundles = await Promise.all(exports.map((names) => bundlePage(project, names)));
    const files = await Promise.all(
      ["element.js", "worker.js"].map(async (name) => {
        return gzipSync(await readFile(join(packed.folder, "dist", "embed", name)), { level: 9 }).length;
      }),
    );
    const measured = [
      ...bundles.map(({ first, later }) => [first.gzip, later.gzip]),
      ...files.map((size) => [size, 0]),
    ];
    expectDocumented(tables[1]!, measured);
    expect(bundles[3]!.first.gzip).toBeLessThan(50_000);
  });

  test("a first fit on WebGPU fetches less than 60 kB, engine and kernels included", async () => {
    const folder = join(dirname(packed.folder), "first-fit");
    const bundle = await bundlePage(project, CORE);
    await bundle.write(folder);
    await cp(DATA, join(folder, "pupils.csv"));
    const measurement = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6";
    const measured: CompressedSize[] = [];
    for (const [model, backend, method] of [
      [measurement, "cpu", "district"],
      [measurement, "webgpu", "district"],
      [`${measurement}\ntextual ~ visual`, "webgpu", "covariance"],
    ] as const) {
      // A page of its own, which has fetched nothing yet.
      await visit(folder, async (page) => {
        await page.waitForFunction(() => "semnan" in globalThis);
        const { chisq, fetched, ...found } = await fitOnPage(page, model, backend);
        expect(found).toEqual({ kind: backend, method });
        expect(chisq).toBeCloseTo(CHI_SQUARED, 3);
        measured.push(bundle.sizeOf(fetched));
      });
    }
    expectDocumented(
      tables[0]!,
      measured.map(({ gzip, brotli }) => [gzip, brotli]),
    );
    const [inFloat64, ...onWebgpu] = measured;
    // A fit in float64 fetches nothing that is not there at first.
    expect(inFloat64).toEqual(bundle.first);
    for (const { brotli } of onWebgpu) expect(brotli).toBeLessThan(60_000);
  });
});
