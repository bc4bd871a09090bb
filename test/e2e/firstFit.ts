import type { Page } from "puppeteer-core";
import type * as semnan from "../../src/index.ts";

/** What a fit on a page came to, and the files that the page has fetched by then. */
export interface FirstFit {
  readonly chisq: number;
  readonly kind: string;
  readonly method: string;
  readonly fetched: readonly string[];
}

/** Fits a model to `pupils.csv` on a page that `bundlePage` wrote, with nothing but the core of the library. */
export function fitOnPage(page: Page, model: string, backend: "cpu" | "webgpu"): Promise<FirstFit> {
  return page.evaluate(
    async (text: string, wanted: "cpu" | "webgpu"): Promise<FirstFit> => {
      const core = (globalThis as unknown as { semnan: typeof semnan }).semnan;
      const csv = await (await fetch("./pupils.csv")).text();
      const [header, ...rows] = csv
        .trim()
        .split("\n")
        .map((line) => line.split(","));
      const columns = header!.map((_, j) => Float64Array.from(rows, (row) => Number(row[j])));
      const parsed = core.parseModel(text, { as: "cfa" });
      const names = header!.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
      const { covariance, n } = core.momentsOf({ names: header!, columns, rows: rows.length }, names);
      const stated = { label: "", names, matrix: covariance, isCorrelation: false, mean: undefined, n };
      const data = core.dataSetFor(parsed, {
        kind: "moments",
        groups: [{ ...stated, divisor: "n" }],
      });
      const gpu = wanted === "webgpu" && { gpu: core.webgpu(await core.requestDevice()) };
      const result = await core.fit(parsed, data, { backend: wanted, ...gpu });
      const { kind, method } = result.backend;
      const files = performance
        .getEntriesByType("resource")
        .map(({ name }) => new URL(name).pathname.slice(1));
      return { chisq: result.fitMeasures["chisq"]!, kind, method, fetched: files };
    },
    model,
    backend,
  );
}
