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

describe("the R script", () => {
  const rows = [
    { lhs: "U", op: "=~", rhs: "X", label: "", free: true, estimate: 0.5 },
    { lhs: "Y", op: "~", rhs: "X", label: "b", free: true, estimate: 2 },
    { lhs: "Y", op: "~1", rhs: "", label: "", free: false, estimate: 0 },
  ];
  const script = (change: Partial<Inputs>): string =>
    rScript({ inputs: { ...inputs, ...change }, result: { parameters: rows } as unknown as FitResult });

  test("repeats an analysis of cases with lavaan's own option names", () => {
    expect(script({})).toBe(
      [
        "# The analysis of semnan, repeated in R.",
        "library(lavaan)",
        'data <- read.csv("pupils.csv")',
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
        "summary(fit, fit.measures = TRUE, standardized = TRUE, rsquare = TRUE)",
        "",
      ].join("\n"),
    );
    const text = "x1;x2\n1;2\n";
    expect(script({ data: { name: "a.csv", text } })).toContain('read.csv("a.csv", sep = ";")');
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
    const graph = script({ model: "dag { X -> Y }", settings: DEFAULT_SETTINGS });
    expect(graph).toContain("U =~ start(0.5)*X\nY ~ start(2)*X + b*X\nY ~ 0*1\nU ~~ 1*U");
    expect(graph).toContain("fit <- lavaan(");
  });
});
