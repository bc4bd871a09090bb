import { describe, expect, test } from "vitest";
import { rScript } from "../../../harness/app/export/rScript.ts";
import { fromFragment, toFragment } from "../../../harness/app/state/link.ts";
import { projectText, readProject } from "../../../harness/app/state/project.ts";
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
});

describe("project files", () => {
  test("hold everything", () => {
    expect(readProject(projectText(inputs))).toEqual(inputs);
    expect(readProject(projectText({ ...inputs, data: undefined }))).toEqual({ ...inputs, data: undefined });
  });

  test.each(["", "x,y\n1,2", "{}", "null", '{"format":"semnan project"}'])("%j is none", (text) => {
    expect(readProject(text)).toBeUndefined();
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
  test("repeats an analysis of cases with lavaan's own option names", () => {
    expect(rScript(inputs)).toBe(
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
  });

  test("reads a covariance matrix from its JSON file, and says what lavaan cannot read", () => {
    const text = '{"names": ["X"], "covariance": [[1]], "n": 10, "divisor": "n"}';
    const script = rScript({ ...inputs, data: { name: "m.json", text } });
    expect(script).toContain("sample.cov = covariance, sample.nobs = moments$n");
    expect(script).toContain("sample.cov.rescale = FALSE");
    expect(rScript({ ...inputs, model: "dag { X -> Y }" })).toContain("lavaan does not read");
  });
});
