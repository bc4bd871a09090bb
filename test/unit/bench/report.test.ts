import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fitExponent } from "../../../harness/bench/exponent.ts";
import { conditionNumber } from "../../../harness/bench/illConditioned.ts";
import { partOf, readmePart } from "../../../harness/bench/readme.ts";
import { formatCell, type SuiteReport } from "../../../harness/bench/report.ts";
import { reportPage } from "../../../harness/bench/reportPage.ts";
import { readResults, renderReport } from "../../../harness/bench/results.ts";
import { SUITE_ORDER } from "../../../harness/bench/suiteOrder.ts";

const FOLDER = "harness/bench/results";
const results = await readResults(FOLDER);

// Where one of these fails, `npm run bench -- --report` writes them anew from results.json.
describe("what is committed of the benchmarks comes from results.json and from nowhere else", () => {
  test("the Markdown and the page", async () => {
    const { markdown, page } = await renderReport(FOLDER, results, SUITE_ORDER);
    expect(readFileSync(join(FOLDER, "report.md"), "utf8")).toBe(markdown);
    expect(readFileSync(join(FOLDER, "index.html"), "utf8")).toBe(page);
  });

  test("the README's table", () => {
    expect(partOf(readFileSync("README.md", "utf8"))).toBe(readmePart(results, SUITE_ORDER));
  });

  test("every suite that has results stands in the report, and every chart is there", () => {
    expect(SUITE_ORDER).toEqual(expect.arrayContaining(Object.keys(results.suites)));
    const charts = Object.values(results.suites).flatMap(({ charts: drawn }) =>
      drawn.map(({ name }) => `${name}.svg`),
    );
    expect(readdirSync(FOLDER)).toEqual(expect.arrayContaining(charts));
  });
});

/** Paragraphs, list entries and table rows of a Markdown text, code aside. */
function statements(markdown: string): string[] {
  return markdown.replaceAll(/```[\s\S]*?```/g, "").split(/\n\s*\n|\n(?=- |\d+\. |\| )/);
}

const GUIDES = "harness/docs/guides";
const SPEED =
  /\d\s?(?:ms|µs|kB|MB|MiB|×)|\d times (?:faster|slower|as fast|as long)|twice the time|(?:faster|slower) than/;
/** Who may have made a figure: a suite of the benchmarks, a study, or a test with a path. */
const SOURCE = /\bsuite\b|npm run bench|npm run study|`test\/|^- \([a-z]\)/;

test.each(["README.md", ...readdirSync(GUIDES).map((name) => join(GUIDES, name))])(
  "%s: every figure on speed or size names what made it",
  (file) => {
    const text = readFileSync(file, "utf8");
    // A guide that names its source once at the top speaks of nothing else.
    const isNamedOnce = text.includes("test/e2e/embedding.test.ts");
    const nameless = statements(text).filter((statement) => SPEED.test(statement) && !SOURCE.test(statement));
    expect(isNamedOnce ? [] : nameless).toEqual([]);
  },
);

const EMPTY: SuiteReport = {
  suite: "x",
  beaten: [],
  findings: [],
  tables: [],
  charts: [],
  raw: null,
  seconds: 1,
};
const PLACE = {
  date: "2026-01-01",
  node: "20",
  processor: "p",
  cores: 1,
  browser: "b",
  adapter: "a",
  versions: {},
};

test("a peer that wins stands above everything else, and text is never taken for HTML", () => {
  const page = reportPage({ x: PLACE }, [{ ...EMPTY, beaten: ["a < b by `c`"], findings: ["f"] }]);
  expect(page).toContain("a &lt; b by <code>c</code>");
  expect(page.indexOf("a &lt; b")).toBeLessThan(page.indexOf("<li>f</li>"));
});

test("numbers keep three digits", () => {
  expect([0.00012345, 0.12345, 12.345, 1234.5, null].map(formatCell)).toEqual([
    "1.23e-4",
    "0.123",
    "12.3",
    "1,235",
    "–",
  ]);
});

test("an exponent is found with its interval", () => {
  const points = [2, 4, 8, 16].map((x) => ({ x, y: 3 * x ** 2.5 }));
  const { exponent, low, high } = fitExponent(points);
  // Rounding of logarithms only.
  for (const value of [exponent, low, high]) expect(value).toBeCloseTo(2.5, 10);
  const noisy = fitExponent(points.map(({ x, y }, i) => ({ x, y: y * (i % 2 === 0 ? 1.1 : 0.9) })));
  expect(noisy.low).toBeLessThan(2.5);
  expect(noisy.high).toBeGreaterThan(2.5);
});

test("a condition number is that of the eigenvalues", () => {
  // Correlation ρ of two variables has eigenvalues 1 ± ρ.
  expect(conditionNumber(Float64Array.of(1, 0.9, 0.9, 1), 2)).toBeCloseTo(19, 8);
});
