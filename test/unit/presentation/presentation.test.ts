import Papa from "papaparse";
import { beforeAll, describe, expect, test } from "vitest";
import { formatCsv } from "../../../src/presentation/csv.ts";
import { formatJson } from "../../../src/presentation/json.ts";
import { formatNumber, formatPlain } from "../../../src/presentation/numbers.ts";
import { formatTable } from "../../../src/presentation/table.ts";
import type { FitResult } from "../../../src/statistics/result.ts";
import { referenceFit } from "./results.ts";

let single: FitResult;
let grouped: FitResult;
let defined: FitResult;

beforeAll(async () => {
  single = await referenceFit("02_poldem_sem");
  grouped = await referenceFit("07a_hs_mg_configural", "school");
  defined = await referenceFit("03_poldem_equal_loadings");
});

/** The lines of a table with runs of blanks made one. */
const linesOf = (result: FitResult): string[] =>
  formatTable(result)
    .split("\n")
    .map((line) => line.replaceAll(/\s+/g, " ").trim());

describe("table", () => {
  test("has lavaan's sections, numbers and dots", () => {
    const lines = linesOf(single);
    expect(lines[0]).toMatch(/^semnan converged after \d+ iterations$/);
    // Values of lavaan's own summary of this model (fixture 02).
    expect(lines).toContain("Test statistic (chi-square) 38.125");
    expect(lines).toContain("Degrees of freedom 35");
    expect(lines).toContain("P-value (chi-square) 0.329");
    expect(lines).toContain("x1 1.000 0.920");
    expect(lines).toContain("ind60 1.483 0.399 3.715 0.000 0.701 2.265 0.447");
    expect(lines).toContain(".y5 0.624 0.358 1.741 0.082 -0.079 1.326 0.296");
    expect(lines).toContain("ind60 0.448 0.087 5.173 0.000 0.279 0.618 1.000");
    const sections = lines
      .filter((line) => /^[A-Z][a-z ]+\w: Estimate/i.test(line))
      .map((line) => line.split(":")[0]);
    expect(sections).toEqual(["Latent Variables", "Regressions", "Covariances", "Variances"]);
  });

  test("is aligned: every number of a column ends under its head", () => {
    const rows = formatTable(single).split("\n");
    const head = rows.find((line) => line.startsWith("Latent Variables:"))!;
    const end = head.indexOf("Std.Err") + "Std.Err".length;
    const row = rows.find((line) => line.trimStart().startsWith("x2 "))!;
    expect(row.slice(0, end)).toMatch(/0\.139$/);
  });

  test("shows groups, labels and defined parameters", () => {
    expect(linesOf(grouped).filter((line) => line.startsWith("Group"))).toEqual([
      "Group 1 [Pasteur]:",
      "Group 2 [Grant-White]:",
    ]);
    const lines = linesOf(defined);
    expect(lines.filter((line) => /^ab \d/.test(line))).toHaveLength(1);
    expect(lines.some((line) => /^y\d \(\w+\) \d/.test(line))).toBe(true);
  });

  test("says first when there are no estimates, and ends with the warnings", () => {
    const failed = { ...single, converged: false, warnings: ["beware"] };
    const lines = linesOf(failed);
    expect(lines[0]).toContain("did NOT converge");
    expect(lines.at(-2)).toBe("Warning: beware");
    expect(linesOf({ ...single, identified: false })[0]).toContain("NOT identified");
  });
});

describe("what was asked for besides", () => {
  test("scaled and robust measures stand behind the plain ones", async () => {
    const lines = linesOf(await referenceFit("13_01_hs_cfa_MLR", undefined, { estimator: "MLR" }));
    // Fixture 13_01_hs_cfa_MLR: chisq 85.306, chisq.scaled 87.132, cfi.scaled 0.925, cfi.robust 0.930.
    expect(lines).toContain("Test statistic (chi-square) 85.306 (scaled 87.132)");
    expect(lines).toContain("Comparative fit index (CFI) 0.931 (scaled 0.925, robust 0.930)");
  });

  test("R-square, modification indices from the largest, residual correlations", async () => {
    const lines = linesOf(
      await referenceFit("01a_hs_cfa_marker", undefined, { modificationIndices: true, residuals: true }),
    );
    expect(lines).toContain("x2 0.179");
    const first = lines.indexOf("Modification Indices: mi epc sepc.all") + 1;
    expect(lines[first]).toBe("visual =~ x9 36.411 0.577 0.515");
    expect(lines).toContain("x3 -0.008 0.094 0.000");
  });

  test("several groups are told apart", async () => {
    const extras = { modificationIndices: true };
    const lines = linesOf(await referenceFit("07a_hs_mg_configural", "school", extras));
    expect(lines).toContain("R-Square [Grant-White]: Estimate");
    expect(lines.some((line) => line.startsWith("x7 ~~ x8 [Pasteur] "))).toBe(true);
  });
});

describe("JSON", () => {
  test("has the keys of the contract; NaN is null; no group where there is one group", () => {
    const json = JSON.parse(formatJson(single)) as FitResult;
    const [first] = json.parameters;
    expect(first).toMatchObject({ lhs: "ind60", op: "=~", rhs: "x1", free: false, estimate: 1, z: null });
    expect(Object.keys(first!)).not.toContain("group");
    expect(Object.keys(json.fitMeasures)).toEqual(
      expect.arrayContaining(["chisq", "cfi", "rmseaCiLower", "bic"]),
    );
    expect(json.parameters[1]!.estimate).toBe(single.parameters[1]!.estimate);
    expect(json.impliedCovariance[0]!.matrix[0]).toHaveLength(11);
    expect(Object.keys(json)).toEqual(
      expect.arrayContaining(["converged", "fitMeasures", "backend", "warnings"]),
    );
    expect(JSON.parse(formatJson({ ...single, logLikelihood: Infinity }))).toMatchObject({
      logLikelihood: null,
    });
  });

  test("has groups where there are several", () => {
    const json = JSON.parse(formatJson(grouped)) as FitResult;
    expect(json.groups).toEqual(["Pasteur", "Grant-White"]);
    expect(new Set(json.parameters.map(({ group }) => group))).toEqual(new Set([1, 2]));
  });
});

describe("CSV", () => {
  test("carries every digit, quotes what must be quoted, and leaves empty what does not apply", () => {
    const odd = { ...single.parameters[1]!, lhs: 'a "b", c' };
    const text = formatCsv({ ...single, parameters: [single.parameters[0]!, odd] });
    expect(text).toContain('"a ""b"", c",=~');
    expect(text.endsWith("\r\n")).toBe(true);
    const { data } = Papa.parse<Record<string, string>>(text.trim(), { header: true });
    expect(data[0]).toMatchObject({ z: "", estimate: "1", free: "false" });
    expect(Number(data[1]!["estimate"])).toBe(odd.estimate);
    expect(Object.keys(data[0]!)).not.toContain("group");
    expect(formatCsv(grouped).split("\r\n", 1)[0]).toContain("rhs,group,label");
  });
});

test.each([
  [0.5, "0.500"],
  [0, "0.000"],
  [0.00001234, "1.2e-5"],
  [-123.4567, "-123.457"],
  [2.5e12, "2.5e+12"],
  [Number.NaN, ""],
  [Infinity, "Inf"],
])("%d is shown as %j", (value, text) => {
  expect(formatNumber(value, 3)).toBe(text);
});

test("p-values and measures are plain decimals", () => {
  expect([formatPlain(1e-9, 3), formatPlain(24, 0), formatPlain(Number.NaN, 3)]).toEqual(["0.000", "24", ""]);
});
