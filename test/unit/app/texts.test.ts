import { describe, expect, test } from "vitest";
import { rScript } from "../../../harness/app/export/rScript.ts";
import { fromFragment, toFragment, withoutLink } from "../../../harness/app/state/link.ts";
import type { Inputs } from "../../../harness/app/state/appState.ts";
import type { FitResult } from "../../../src/statistics/result.ts";
import { DEFAULT_SETTINGS, readSettings } from "../../../harness/app/state/settings.ts";

const inputs = {
  model: 'visual =~ x1 + x2\n"ä ö" ~ visual # ✓',
  settings: {
    ...DEFAULT_SETTINGS,
    as: "cfa" as const,
    stdLv: true,
    groupEqual: ["loadings" as const],
    group: "school",
  },
  data: { name: "pupils.csv", text: "x1,x2\n1,2\n3,4\n" },
};

describe("links", () => {
  test("carry model and settings, and nothing of the data", async () => {
    const fragment = await toFragment(inputs);
    expect(fragment).toMatch(/^#m=[\w-]+$/);
    expect(await fromFragment(fragment)).toEqual({ model: inputs.model, settings: inputs.settings });
  });

  test.each(["", "#", "#m=", "#m=%%%", "#m=AAAA", "#other"])("%j carries nothing", async (fragment) => {
    expect(await fromFragment(fragment)).toBeUndefined();
  });

  test("go from an address, and nothing else does", () => {
    expect(withoutLink("https://a.example/p/?q=1#m=abc")).toBe("https://a.example/p/?q=1");
    for (const address of ["https://a.example/p/", "https://a.example/#top"])
      expect(withoutLink(address)).toBe(address);
  });
});

test("settings of another version or of nobody's are left at their defaults", () => {
  expect(readSettings({ as: 3, stdLv: true, colour: "red", groupEqual: "all" })).toEqual({
    ...DEFAULT_SETTINGS,
    stdLv: true,
  });
  expect(readSettings(null)).toEqual(DEFAULT_SETTINGS);
});

/** The brackets of an R text that nothing closes, outside of its strings and comments. */
function openBrackets(text: string): string {
  let brackets = text.replaceAll(/"(?:[^"\\]|\\.)*"|#.*$/gm, "").replaceAll(/[^()[\]{}]/g, "");
  while (/\(\)|\[\]|\{\}/.test(brackets)) brackets = brackets.replaceAll(/\(\)|\[\]|\{\}/g, "");
  return brackets;
}

describe("the R script", () => {
  const rows = [
    { lhs: "U", op: "=~", rhs: "X", label: "", free: true, estimate: 0.5 },
    { lhs: "Y", op: "~", rhs: "X", label: "b", free: true, estimate: 2 },
    { lhs: "Y", op: "~1", rhs: "", label: "", free: false, estimate: 0 },
  ];
  const script = (change: Partial<Inputs>, identified = true): string =>
    rScript({
      inputs: { ...inputs, ...change },
      result: { identified, parameters: rows } as unknown as FitResult,
    });

  test("repeats an analysis of cases with lavaan's own option names", () => {
    expect(script({})).toBe(
      [
        "# The analysis of semnan, repeated in R.",
        "library(lavaan)",
        'data <- read.csv("pupils.csv", check.names = FALSE, fileEncoding = "UTF-8-BOM")',
        "",
        'model <- "visual =~ x1 + x2\n\\"ä ö\\" ~ visual # ✓"',
        "",
        "fit <- cfa(",
        "  model,",
        "  data = data,",
        "  std.lv = TRUE,",
        '  group = "school",',
        '  group.equal = c("loadings")',
        ")",
        "print(summary(fit, fit.measures = TRUE, standardized = TRUE, rsquare = TRUE))",
        "",
      ].join("\n"),
    );
    const odd = { name: "pasted data", text: "x1;x2\n1;2\n", encoding: "windows-1252" };
    const reading = 'read.csv("data.csv", sep = ";", check.names = FALSE, fileEncoding = "windows-1252")';
    expect(script({ data: odd })).toContain(reading);
    // Without groups nothing is equal across them, and lavaan is not asked for it.
    expect(script({ settings: { ...inputs.settings, group: "" } })).not.toContain("group");
  });

  test("holds a covariance matrix, whether it came as JSON or as CSV", () => {
    const json = '{"names": ["X", "Y"], "covariance": [[4, 1], [1, 9]], "n": 10, "divisor": "n"}';
    const ofJson = script({ data: { name: "m.json", text: json } });
    expect(ofJson).toContain(
      'matrix(c(\n  4, 1,\n  1, 9\n), 2, byrow = TRUE, dimnames = rep(list(c("X", "Y")), 2))',
    );
    expect(ofJson).toContain("sample.cov = covariance,\n  sample.nobs = 10,\n  sample.cov.rescale = FALSE");
    const settings = { ...inputs.settings, n: "20" };
    const ofCsv = script({ settings, data: { name: "m.csv", text: "X,Y\n4,1\n1,9\n" } });
    expect(ofCsv).toContain("sample.nobs = 20");
    expect(ofCsv).not.toContain("read.csv");
  });

  test("states a graph by its rows, which lavaan could not read otherwise", () => {
    const graph = script({ model: "dag { X -> Y }", settings: DEFAULT_SETTINGS }, false);
    expect(graph).toContain("U =~ start(0.5)*X\nY ~ start(2)*X + b*X\nY ~ 0*1\nU ~~ 1*U");
    expect(graph).toContain("fit <- lavaan(");
    expect(graph).toContain("# The model is not identified");
  });

  test.each([
    [
      { kind: "case", interval: "percentile" },
      'se = "bootstrap",\n  bootstrap = 500\n)',
      'boot.ci.type = "perc"))',
    ],
    [
      { kind: "case", interval: "bca", level: 0.9 },
      "# Corrected for bias",
      'boot.ci.type = "bca.simple", level = 0.9))',
    ],
    [{ kind: "bollenStine" }, 'test = "bollen.stine",\n  bootstrap = 500\n)', "bollen.stine$pvalue"],
    [{ kind: "parametric" }, 'R = 500, type = "parametric"', "quantile, c(1 - 0.95, 1 + 0.95) / 2"],
  ] as const)("repeats a bootstrap %o", (settings, ...expected) => {
    const summary = { replicates: 500, seed: 3, level: 0.95, ...settings };
    const result = { identified: true, parameters: rows, bootstrap: summary } as unknown as FitResult;
    const robust = { ...inputs, settings: { ...inputs.settings, estimator: "MLR" as const } };
    const text = rScript({ inputs: robust, result });
    for (const part of ["set.seed(3)", ...expected]) expect(text).toContain(part);
    // lavaan bootstraps plain ML only.
    expect(text.match(/estimator = "MLR"/g)).toHaveLength(1);
    expect(openBrackets(text)).toBe("");
  });
});
