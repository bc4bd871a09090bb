import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ModelError, ModelSyntaxError, type SemnanError } from "../../../src/errors.ts";
import { jsonBreak } from "../../../src/model/jsonBreak.ts";
import { FIXED } from "../../../src/model/model.ts";
import { detectFormat, parseModel } from "../../../src/model/parseModel.ts";

const mediation = {
  semnan: 1,
  variables: ["Y", "M", "X"],
  exogenous: ["X"],
  paths: [
    { from: "X", to: "Y", label: "c" },
    { from: "M", to: "Y", label: "b" },
    { from: "X", to: "M", label: "a", start: 0.5 },
  ],
  covariances: [{ of: ["Y", "Y"] }, { of: ["M", "M"], lower: 0 }],
  definitions: [
    { name: "indirect", expression: "a*b" },
    { name: "total", expression: "c + indirect" },
  ],
};

const read = (model: unknown) => parseModel(JSON.stringify(model));

describe("models in JSON", () => {
  it("say the same as the lavaan model", () => {
    const stated = read(mediation);
    const lavaan = parseModel(
      "Y ~ c*X + b*M \n M ~ a*X + start(0.5)*X \n M ~~ lower(0)*M \n indirect := a*b \n total := c + indirect",
    );
    const entries = (model: typeof stated) => {
      const [structure] = model.structures;
      const nameOf = (index: number): string => structure!.variables[index]!.name;
      const name = (parameter: number): string =>
        parameter === FIXED ? "" : model.parameters[parameter]!.name;
      return {
        paths: structure!.paths
          .map((path) => [nameOf(path.row), nameOf(path.column), name(path.parameter)])
          .sort(),
        covariances: structure!.covariances
          .map(({ row, parameter, fromSample }) => [structure!.sources[row], name(parameter), fromSample])
          .sort(),
        variables: structure!.variables,
      };
    };
    expect(entries(stated)).toEqual(entries(lavaan));
    expect(stated.parameters.find(({ name }) => name === "a")!.start).toBe(0.5);
    expect(stated.parameters.find(({ name }) => name === "M~~M")!.lower).toBe(0);
    expect(stated.rows.filter(({ op }) => op === ":=").map(({ lhs, rhs }) => `${lhs}=${rhs}`)).toEqual([
      "indirect=a*b",
      "total=c+indirect",
    ]);
  });

  it("hold latent variables and means", () => {
    const model = read({
      semnan: 1,
      variables: ["x1", "x2", "x3"],
      latents: ["f", "g"],
      paths: [
        { from: "f", to: "x1", fixed: 1 },
        { from: "f", to: "x2" },
        { from: "g", to: "f" },
      ],
      covariances: [{ of: ["f", "f"] }, { of: ["g", "g"], fixed: 1 }, { of: ["x1", "x2"] }],
      intercepts: [{ of: "x1" }, { of: "x2", fixed: 3 }],
    });
    expect(model.meanStructure).toBe(true);
    expect(model.rows.map(({ lhs, op, rhs }) => `${lhs} ${op} ${rhs}`.trim())).toEqual([
      "f =~ x1",
      "f =~ x2",
      "f ~ g",
      "f ~~ f",
      "g ~~ g",
      "x1 ~~ x2",
      "x1 ~1",
      "x2 ~1",
    ]);
    expect(model.structures[0]!.sources).toEqual(["x1", "x2", "f", "g"]);
  });

  it("hold several groups that share labelled parameters", () => {
    const group = (label: string) => ({
      label,
      variables: ["x", "y"],
      paths: [{ from: "x", to: "y", label: "b" }],
      covariances: [{ of: ["x", "x"] }, { of: ["y", "y"] }],
    });
    const model = read({ semnan: 1, groups: [group("one"), group("two")], constraints: ["b > 0"] });
    expect(model.structures.map(({ label }) => label)).toEqual(["one", "two"]);
    expect(model.parameters.map(({ name, lower }) => `${name} ≥ ${lower}`)).toEqual([
      "b ≥ 0",
      "x~~x ≥ -Infinity",
      "y~~y ≥ -Infinity",
      "x~~x.g2 ≥ -Infinity",
      "y~~y.g2 ≥ -Infinity",
    ]);
  });

  it("let sources covary where they say so", () => {
    const model = read({
      semnan: 1,
      variables: ["X", "Y"],
      sources: ["U", "V"],
      loadings: [
        { from: "U", to: "X" },
        { from: "V", to: "Y" },
      ],
      covariances: [{ of: ["V", "U"] }],
    });
    expect(model.structures[0]!.covariances).toMatchObject([
      { row: 0, column: 0, value: 1, parameter: FIXED },
      { row: 1, column: 1, value: 1, parameter: FIXED },
      { row: 0, column: 1, parameter: 2 },
    ]);
  });
});

describe("broken JSON models", () => {
  const fails = (text: string): SemnanError => {
    try {
      parseModel(text, { format: "json" });
    } catch (error) {
      return error as SemnanError;
    }
    throw new Error("It was read.");
  };

  it("say where the JSON breaks off", () => {
    const error = fails('{\n  "semnan": 1,\n  "variables": ["x",,]\n}');
    expect(error).toBeInstanceOf(ModelSyntaxError);
    expect(error).toMatchObject({ line: 3, column: 21 });
    expect(fails("")).toMatchObject({ line: 1, column: 1 });
    expect(fails('{"a": [1, 2}')).toMatchObject({ line: 1, column: 12 });
    expect(fails('{"a": "not closed}')).toMatchObject({ line: 1, column: 7 });
    expect(fails('{"a": 01}')).toMatchObject({ line: 1, column: 8 });
    expect(fails('{"a": {}} x')).toMatchObject({ line: 1, column: 11 });
    expect(fails("{'a': 1}")).toMatchObject({ line: 1, column: 2 });
    expect(fails('{"a": [1,]}')).toMatchObject({ line: 1, column: 10 });
    expect(fails('{"a" 1}')).toMatchObject({ line: 1, column: 6 });
    expect(fails('{"a": [')).toMatchObject({ line: 1, column: 8 });
  });

  it("let pass all that JSON.parse takes", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom(...'[]{},:"\\01-.eE+ntu \n'), (json, at, inserted) => {
        const place = at % (json.length + 1);
        const text = json.slice(0, place) + inserted + json.slice(place);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (isJson) expect(jsonBreak(text)).toBe(text.length);
        else expect(jsonBreak(text)).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it.each([
    ["no version", { variables: ["x"] }, /no "semnan"/],
    ["another version", { ...mediation, semnan: 2 }, /version 2/],
    ["a list", [1], /must be an object/],
    ["no variables", { semnan: 1 }, /no "variables"/],
    ["an unknown key", { ...mediation, path: [] }, /unknown key "path"/],
    [
      "an unknown name",
      { ...mediation, paths: [{ from: "Z", to: "Y" }] },
      /paths\[0\]\.from: there is no "Z"/,
    ],
    ["a path to itself", { ...mediation, paths: [{ from: "Y", to: "Y" }] }, /causes itself/],
    [
      "a cycle",
      { ...mediation, definitions: [], paths: [..."XYM"].map((from, i) => ({ from, to: "YMX"[i] })) },
      /→/,
    ],
    ["a path twice", { ...mediation, paths: ["X", "X"].map((from) => ({ from, to: "Y" })) }, /twice/],
    ["a variable twice", { ...mediation, variables: ["X", "X", "Y", "M"] }, /Two variables/],
    ["a number as a name", { ...mediation, variables: ["X", 1] }, /variables\[1\] must be a text/],
    [
      "a text as a number",
      { ...mediation, paths: [{ from: "X", to: "Y", fixed: "1" }] },
      /fixed must be a number/,
    ],
    [
      "fixed and started",
      { ...mediation, paths: [{ from: "X", to: "Y", fixed: 1, start: 1 }] },
      /is fixed and/,
    ],
    ["three covary", { ...mediation, covariances: [{ of: ["X", "Y", "M"] }] }, /two names/],
    ["no expression", { ...mediation, definitions: [{ name: "a" }] }, /no "expression"/],
    [
      "a broken expression",
      { ...mediation, definitions: [{ name: "d", expression: "a*" }] },
      /definitions\[0\]/,
    ],
    ["an unknown label", { ...mediation, definitions: [{ name: "d", expression: "q" }] }, /labelled "q"/],
    ["a constraint that is none", { ...mediation, constraints: ["Y ~ X"] }, /one constraint/],
    ["a definition as constraint", { ...mediation, constraints: ["d := a"] }, /no constraint/],
    ["groups and lists", { ...mediation, groups: [] }, /both/],
    ["no groups", { semnan: 1, groups: [] }, /empty/],
    ["a group without label", { semnan: 1, groups: [{ variables: ["x"] }] }, /no "label"/],
    [
      "means denied",
      { ...mediation, intercepts: [{ of: "Y" }], meanStructure: false },
      /intercepts are listed/,
    ],
  ])("%s", (_, model, message) => {
    const error = fails(JSON.stringify(model));
    expect(error).toBeInstanceOf(ModelError);
    expect(error.message).toMatch(message);
    expect(error.advice).not.toBe("");
  });
});

describe("formats", () => {
  it.each([
    ['\uFEFF {"semnan": 1}', "json"],
    ["[1]", "json"],
    ["dag { x -> y }", "dagitty"],
    ["\n dag{x->y}", "dagitty"],
    ['dag "name" {\n x -> y }', "dagitty"],
    ["dag =~ x1 + x2", "lavaan"],
    ["graph ~ x", "lavaan"],
    ["f =~ x1", "lavaan"],
  ])("%j is %s", (text, format) => expect(detectFormat(text)).toBe(format));

  it("leaves dagitty to the reader that it is given", () => {
    const model = parseModel("y ~ x");
    expect(parseModel("dag { x -> y }", { readDagitty: () => model })).toBe(model);
    expect(() => parseModel("dag { x -> y }")).toThrow(/dagitty/);
    expect(() => parseModel("x", { format: "mplus" as "json" })).toThrow(/mplus/);
  });
});
