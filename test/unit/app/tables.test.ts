import { describe, expect, test } from "vitest";
import type { FinishedFit } from "../../../harness/app/state/appState.ts";
import { DEFAULT_SETTINGS } from "../../../harness/app/state/settings.ts";
import { compareFits } from "../../../harness/app/view/results/compareFits.ts";
import { explainMeasures } from "../../../harness/app/view/results/explainMeasures.ts";
import { sorted } from "../../../harness/app/view/results/sorting.ts";
import { checkModel } from "../../../harness/app/worker/checkModel.ts";
import { describeData } from "../../../harness/app/worker/describeData.ts";
import { identifyModel } from "../../../harness/app/worker/identifyModel.ts";
import type { FitResult } from "../../../src/statistics/result.ts";

describe("data", () => {
  test("columns are told apart, counted and summarised", () => {
    const text = "a,b,c,d\n1,x,2.5,\n2,y,NA,\n4,x,0.5,\n";
    const check = describeData({ text, group: "b" });
    if (check.status !== "ok") throw new Error(check.error.message);
    const { rows, columns, grouping, groups, correlations } = check.description;
    expect(rows).toBe(3);
    expect(columns.map(({ kind }) => kind)).toEqual(["number", "category", "number", "empty"]);
    expect(columns.map(({ missing }) => missing)).toEqual([0, 0, 1, 3]);
    // Mean and deviation (divisor n − 1) of 1, 2, 4.
    expect(columns[0]!.mean).toBeCloseTo(7 / 3, 12);
    expect(columns[0]!.deviation).toBeCloseTo(Math.sqrt(7 / 3), 12);
    expect(grouping).toEqual(["a", "b", "c"]);
    expect(groups).toEqual(["x", "y"]);
    // Two complete pairs lie on a line: (1, 2.5) and (4, 0.5).
    expect(correlations).toEqual({
      names: ["a", "c"],
      matrix: [
        [1, -1],
        [-1, 1],
      ],
    });
  });

  test("a matrix shows correlations of its own", () => {
    const text = '{"names": ["X", "Y"], "covariance": [[4, 3], [3, 9]], "n": 50}';
    const check = describeData({ text, group: "" });
    expect(check).toMatchObject({
      status: "ok",
      description: {
        kind: "matrix",
        rows: 50,
        correlations: {
          matrix: [
            [1, 0.5],
            [0.5, 1],
          ],
        },
      },
    });
  });

  test("of very many columns the first are shown, and categories are counted no further than needed", () => {
    const names = Array.from({ length: 80 }, (_, i) => `v${i}`);
    const rows = Array.from({ length: 20 }, (_, r) => names.map((_name, i) => (r * (i + 1)) % 19).join(","));
    const check = describeData({ text: [names.join(","), ...rows].join("\n"), group: "" });
    if (check.status !== "ok") throw new Error(check.error.message);
    const { columns, preview, correlations, grouping } = check.description;
    expect(columns).toHaveLength(80);
    expect(preview[0]).toHaveLength(50);
    expect(correlations.names).toHaveLength(60);
    // Column v18 is constant, v37 and v56 and v75 too; all others have 19 distinct values.
    expect(grouping).toEqual([]);
    expect(columns[0]!.distinct).toBe(13);
    expect(columns[18]!.distinct).toBe(1);
  });

  test("what is wrong comes back with its place", () => {
    const check = describeData({ text: "a,b\n1,2\n3\n", group: "" });
    expect(check).toMatchObject({ status: "error", error: { name: "DataError", line: 3 } });
  });
});

describe("models", () => {
  const check = (text: string) => checkModel({ text, settings: {}, groups: [""], shown: 1 });

  test("are counted: moments less parameters", () => {
    expect(check("f =~ a + b + c + d")).toMatchObject({
      status: "ok",
      observed: ["a", "b", "c", "d"],
      latent: ["f"],
      parameters: 8,
      degreesOfFreedom: 2,
    });
    // Three moments of y and x, of which the variance of a fixed covariate is given.
    expect(check("y ~ x")).toMatchObject({ parameters: 2, degreesOfFreedom: 0 });
  });

  test("that are empty or wrong say so", () => {
    expect(check(" # nothing yet\n")).toEqual({ status: "empty" });
    expect(check("f =~ a + * b")).toMatchObject({ status: "error", error: { line: 1, column: 10 } });
  });

  test("rows without a free parameter have no verdict on their identifiability", () => {
    const { signal } = new AbortController();
    const context = { signal, stop: signal, report: () => undefined };
    const { rows } = identifyModel({ text: "f =~ a + b", settings: {}, groups: [""] }, context);
    // One loading is fixed; two indicators cannot tell the rest.
    expect(rows).toEqual([null, false, false, false, false]);
  });
});

test("sorting puts NaN last both ways, and x2 before x10", () => {
  const rows = [{ v: 2 }, { v: NaN }, { v: 1 }];
  const by = (descending: boolean): number[] =>
    sorted(rows, ({ v }) => v, { column: 0, descending }).map(({ v }) => v);
  expect(by(false)).toEqual([1, 2, NaN]);
  expect(by(true)).toEqual([2, 1, NaN]);
  const names = sorted(["x10", "x2"], (name) => name, { column: 0, descending: false });
  expect(names).toEqual(["x2", "x10"]);
});

describe("comparison", () => {
  const fit = (chisq: number, df: number, rows: Record<string, number>): FinishedFit => ({
    inputs: { model: "", settings: DEFAULT_SETTINGS, data: { name: "", text: "same" } },
    result: {
      fitMeasures: { chisq, df },
      observations: 100,
      discrepancy: { name: "maximumLikelihood" },
      parameters: Object.entries(rows).map(([lhs, estimate]) => ({
        lhs,
        op: "~",
        rhs: "x",
        group: 1,
        estimate,
      })),
    } as unknown as FitResult,
    history: [],
    notes: [],
  });

  test("matches parameters and tests the difference", () => {
    const { parameters, test: words } = compareFits(fit(10, 5, { y: 1 }), fit(3.84146, 4, { y: 2, z: 3 }));
    expect(parameters).toEqual([
      { name: "y ~ x", here: 1, there: 2 },
      { name: "z ~ x", here: NaN, there: 3 },
    ]);
    // Δχ² = 6.15854 on one degree of freedom: p = 0.01308 (R's pchisq).
    expect(words).toContain("Δχ² = 6.16 on 1 df, p = 0.013");
  });

  test("tests nothing where the data differ or neither model is smaller", () => {
    const other = fit(3, 4, {});
    expect(compareFits(fit(10, 4, {}), other).test).toBeUndefined();
    const elsewhere = { ...other, inputs: { ...other.inputs, data: { name: "", text: "different" } } };
    expect(compareFits(fit(10, 5, {}), elsewhere)).toMatchObject({ isSameData: false, test: undefined });
  });
});

test("measures are judged by their cut-offs, and a saturated model is not tested", () => {
  const verdicts = (measures: Record<string, number>): string[] =>
    explainMeasures(measures).map(({ verdict }) => verdict);
  expect(verdicts({ chisq: 85, df: 24, pvalue: 0, rmsea: 0.092, cfi: 0.93, tli: 0.9, srmr: 0.06 })).toEqual([
    "poor",
    "poor",
    "fair",
    "good",
  ]);
  const robust = explainMeasures({
    chisq: 85,
    df: 24,
    pvalue: 0.02,
    "chisq.scaled": 87.1,
    "df.scaled": 24,
    "pvalue.scaled": 1e-5,
    rmsea: 0.09,
    "rmsea.robust": 0.092,
    "rmsea.ci.lower.robust": 0.072,
    "rmsea.ci.upper.robust": 0.114,
  });
  expect(robust.map(({ title, value }) => `${title}: ${value}`)).toEqual([
    "χ² test of exact fit, scaled: 87.10 on 24 df, p < 0.001",
    "RMSEA, robust: 0.092 (90 % interval 0.072 to 0.114)",
  ]);
  expect(explainMeasures({ chisq: 0, df: 0, pvalue: NaN })[0]!.words).toContain("nothing to test");
});
