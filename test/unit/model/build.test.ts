import { describe, expect, it } from "vitest";
import { ModelError } from "../../../src/errors.ts";
import { FIXED, type Model } from "../../../src/model/model.ts";
import { parseModel } from "../../../src/model/parseModel.ts";

const rowOf = (model: Model, name: string) => model.rows.find(({ lhs, op, rhs }) => lhs + op + rhs === name)!;
const parameterOf = (model: Model, name: string) => model.parameters[rowOf(model, name).parameter]!;
const expressions = (model: Model) =>
  model.rows.filter(({ expression }) => expression).map(({ lhs, op, rhs }) => `${lhs} ${op} ${rhs}`);

const loadings = "f =~ x1 + a*x2 + b*x3 + d*x4\n";

describe("constraints", () => {
  it("between two labels make one parameter", () => {
    const model = parseModel(`${loadings}a == b\nb == d`);
    expect(rowOf(model, "f=~x3").parameter).toBe(rowOf(model, "f=~x2").parameter);
    expect(rowOf(model, "f=~x4").parameter).toBe(rowOf(model, "f=~x2").parameter);
    expect(parameterOf(model, "f=~x2").name).toBe("a");
    expect(model.rows.map(({ label }) => label).slice(1, 4)).toEqual(["a", "b", "d"]);
    expect(model.parameters).toHaveLength(6);
    expect(expressions(model)).toEqual([]);
  });

  it("with a number fix the parameter, on either side and through other labels", () => {
    const model = parseModel(`${loadings}2^2/8 == a\na == b\nd == b + 1`);
    expect(["f=~x2", "f=~x3", "f=~x4"].map((name) => rowOf(model, name))).toMatchObject([
      { parameter: FIXED, value: 0.5 },
      { parameter: FIXED, value: 0.5 },
      { parameter: FIXED, value: 1.5 },
    ]);
    expect(expressions(model)).toEqual([]);
  });

  it("that bound one parameter become bounds", () => {
    const model = parseModel(`${loadings}a > 0\n 1 > a\n b < 2*3\n -1 <= b`);
    expect(parameterOf(model, "f=~x2")).toMatchObject({ lower: 0, upper: 1 });
    expect(parameterOf(model, "f=~x3")).toMatchObject({ lower: -1, upper: 6 });
    expect(expressions(model)).toEqual([]);
  });

  it("that bound equal parameters meet", () => {
    const model = parseModel(`f =~ x1 + a*x2 + lower(-1)*x2 + b*x3 + lower(0.5)*x3\na == b\na < 3`);
    expect(parameterOf(model, "f=~x2")).toMatchObject({ lower: 0.5, upper: 3 });
  });

  it("that hold already vanish, and others stay with lhs − rhs", () => {
    const model = parseModel(`f =~ x1 + 2*x2 + a*x2 + b*x3 + d*x4\na > 1\nb > d\nb + d == 1\nexp(b) < 5`);
    expect(expressions(model)).toEqual(["b > d", "b+d == 1", "exp(b) < 5"]);
    expect(rowOf(model, "b>d").expression).toMatchObject({
      operator: "-",
      left: { name: "b" },
      right: { name: "d" },
    });
    expect(rowOf(model, "b>d").group).toBe(0);
  });

  it("may speak of defined parameters", () => {
    const model = parseModel(`y ~ c*x + b*m\nm ~ a*x\nab == 0\nab := a*b`);
    expect(expressions(model)).toEqual(["ab == 0", "ab := a*b"]);
  });

  it("may name rows without labels as lavaan does", () => {
    const model = parseModel("f =~ x1 + x2 + x3\n.p2. == .p3.");
    expect(rowOf(model, "f=~x3").parameter).toBe(rowOf(model, "f=~x2").parameter);
  });

  it.each([
    ["1 == 2", /can never hold/],
    ["a == 1\na > 2", /can never hold/],
    ["a > 2\na < 1", /exclude each other/],
    ["a == 1\nb == 2\na == b", /can never hold|set equal/],
  ])("%j is refused", (text, message) => {
    expect(() => parseModel(loadings + text)).toThrow(ModelError);
    expect(() => parseModel(loadings + text)).toThrow(message);
  });
});

describe("structures", () => {
  const names = (model: Model, group = 0) => {
    const { variables, sources, loadings, paths, covariances, intercepts } = model.structures[group]!;
    const variable = (index: number): string => variables[index]!.name;
    return {
      variables: variables.map(({ name, observed }) => (observed ? name : `(${name})`)),
      sources,
      loadings: loadings.map(({ row, column, value }) => `${sources[row]} → ${variable(column)}: ${value}`),
      paths: paths.map(({ row, column }) => `${variable(row)} → ${variable(column)}`),
      covariances: covariances.map(({ row, column }) => `${sources[row]} ↔ ${sources[column]}`),
      intercepts: intercepts.map(({ column }) => variable(column)),
    };
  };

  it("have factors as causes of their indicators and an error for every variable", () => {
    expect(names(parseModel("f =~ x1 + x2\ny ~ f\nx2 ~~ x1"))).toEqual({
      variables: ["x1", "x2", "y", "(f)"],
      sources: ["x1", "x2", "y", "f"],
      loadings: ["x1 → x1: 1", "x2 → x2: 1", "y → y: 1", "f → f: 1"],
      paths: ["f → x1", "f → x2", "f → y"],
      covariances: ["x1 ↔ x2", "x1 ↔ x1", "x2 ↔ x2", "y ↔ y", "f ↔ f"],
      intercepts: [],
    });
  });

  it("leave out the error of a single indicator, and paths and covariances of zero", () => {
    const structure = names(parseModel("f =~ x1\ng =~ x2 + x3\nx2 ~ 0*f\nf ~~ 0*g", { meanStructure: true }));
    expect(structure.sources).toEqual(["x2", "x3", "f", "g"]);
    expect(structure.paths).toEqual(["f → x1", "g → x2", "g → x3"]);
    expect(structure.covariances).toEqual(["x2 ↔ x2", "x3 ↔ x3", "f ↔ f", "g ↔ g"]);
    expect(structure.intercepts).toEqual(["x1", "x2", "x3"]);
  });

  it("keep the error of an indicator that measures two factors", () => {
    expect(names(parseModel("f =~ x1\ng =~ x2 + x3 + x1")).sources).toEqual(["x1", "x2", "x3", "f", "g"]);
  });

  it("list Ψ above the diagonal only", () => {
    const model = parseModel("f =~ x1 + x2\ng =~ x3 + x4\nx1 ~~ g\nx4 ~~ x1");
    for (const { row, column } of model.structures[0]!.covariances) expect(row).toBeLessThanOrEqual(column);
  });

  it("take moments of covariates from the sample", () => {
    const model = parseModel("y ~ x + z", { meanStructure: true });
    const fromSample = model.structures[0]!.covariances.filter((entry) => entry.fromSample);
    expect(fromSample).toHaveLength(3);
    for (const entry of fromSample) expect(entry).toMatchObject({ parameter: FIXED, value: Number.NaN });
    expect(model.structures[0]!.intercepts.map(({ fromSample }) => fromSample)).toEqual([false, true, true]);
    expect(model.structures[0]!.covariances.filter((entry) => !entry.fromSample)).toHaveLength(1);
  });

  it("hold a group each, with blocks by label in any order", () => {
    const model = parseModel("group: b\ny ~ a*x\ngroup: a\ny ~ x + a*z\ngroup: b\nx ~~ x", {
      groups: ["a", "b"],
    });
    expect(model.structures.map(({ label }) => label)).toEqual(["a", "b"]);
    expect(names(model, 0).paths).toEqual(["x → y", "z → y"]);
    expect(names(model, 1).paths).toEqual(["x → y"]);
    expect(model.parameters.map(({ name }) => name)).toEqual([
      "y~x",
      "a",
      "y~~y",
      "y~1",
      "x~~x.g2",
      "y~~y.g2",
      "y~1.g2",
      "x~1.g2",
    ]);
  });

  it("name the variables of a cycle", () => {
    expect(() => parseModel("a ~ b\nb ~ c\nc ~ a\nd ~ a")).toThrow(
      /a → c → b → a|b → a → c → b|c → b → a → c/,
    );
  });

  it("do not count a path of zero as part of a cycle", () => {
    expect(names(parseModel("a ~ b\nb ~ 0*a")).paths).toEqual(["b → a"]);
  });
});

describe("names", () => {
  it("may hold anything between quotes", () => {
    const model = parseModel(`"my factor" =~ "x 1" + 'a*b' + "a # b"\n"y~1" ~ k*"my factor"\n"2 k" := 2*k`);
    expect(model.structures[0]!.variables.map(({ name }) => name)).toEqual([
      "x 1",
      "a*b",
      "a # b",
      "y~1",
      "my factor",
    ]);
    expect(model.rows.at(-1)).toMatchObject({ lhs: "2 k", rhs: "2*k" });
  });

  it("and operators may come from a word processor", () => {
    const model = parseModel("f =˜ x1 + −1*x2 + x3");
    expect(rowOf(model, "f=~x2")).toMatchObject({ parameter: FIXED, value: -1 });
  });

  it("may be those of JavaScript's own objects", () => {
    const model = parseModel(
      "constructor =~ __proto__ + toString + hasOwnProperty\nvalueOf := constructor.a + 1\n" +
        "y ~ constructor.a*constructor",
    );
    expect(model.structures[0]!.variables).toHaveLength(5);
  });
});

describe("departures from lavaan, where it reads what nobody meant", () => {
  it("a label for one group only stays in that group", () => {
    const model = parseModel("f =~ x1 + c(a, NA)*x2 + x3", { groups: ["1", "2"] });
    expect(model.rows.filter(({ op, rhs }) => op === "=~" && rhs === "x2").map(({ label }) => label)).toEqual(
      ["a", ""],
    );
  });

  it("equal() finds a row that bears a label", () => {
    const model = parseModel('f =~ x1 + a*x2 + equal("f=~x2")*x3');
    expect(rowOf(model, "f=~x3").parameter).toBe(rowOf(model, "f=~x2").parameter);
  });
});

describe("warnings", () => {
  it("tell what the defaults decided", () => {
    expect(parseModel("y ~ x\nx ~~ x").warnings).toEqual([expect.stringContaining("x")]);
    expect(parseModel("y ~ x\nx ~~ x", { fixedX: false }).warnings).toEqual([]);
    expect(parseModel("y ~ a*x", { groups: ["1", "2"] }).warnings).toEqual([
      expect.stringContaining("equal"),
    ]);
    expect(parseModel("y ~ c(a, b)*x", { groups: ["1", "2"] }).warnings).toEqual([]);
  });
});
