import { expect, test } from "vitest";
import { dataSetFor, groupLabels } from "../../../src/data/dataSet.ts";
import { readData } from "../../../src/data/readData.ts";
import { OptionError } from "../../../src/errors.ts";
import { dataErrorOf, dataSetFromText, modelOf } from "./helpers.ts";

const HEALTH = {
  names: ["X", "BP", "BMI", "Y"],
  covariance: [
    [2, 3, 6, 8],
    [3, 7, 12, 16],
    [6, 12, 23, 30],
    [8, 16, 30, 41],
  ],
  n: 500,
};

const fromJson = (value: unknown, names: readonly string[]) => dataSetFromText(JSON.stringify(value), names);

test("JSON says its divisor; without it the matrix counts as unbiased, as in lavaan", () => {
  const [first] = fromJson({ ...HEALTH, divisor: "n" }, ["Y", "X"]).groups;
  expect([...first!.moments.covariance]).toEqual([41, 8, 8, 2]);
  const [second] = fromJson(HEALTH, ["Y", "X"]).groups;
  expect(second!.moments.covariance[1]).toBeCloseTo((8 * 499) / 500, 14);
  const [third] = dataSetFromText(JSON.stringify(HEALTH), ["Y", "X"], { sampleCovRescale: false }).groups;
  expect(third!.moments.covariance[1]).toBe(8);
});

test("correlations with standard deviations and means become covariances with means", () => {
  const text = {
    names: ["a", "b"],
    correlation: [[1], [0.5, 1]],
    standardDeviations: [2, 3],
    mean: [7, 8],
    n: 50,
  };
  const [group] = fromJson({ ...text, divisor: "n" }, ["b", "a"]).groups;
  expect(group!.moments).toMatchObject({
    mean: Float64Array.of(8, 7),
    covariance: Float64Array.of(9, 3, 3, 4),
    n: 50,
  });
});

test("several groups", () => {
  const file = readData(
    JSON.stringify({
      groups: [
        { ...HEALTH, label: "east" },
        { ...HEALTH, n: 90 },
      ],
    }),
  );
  const labels = groupLabels(file);
  expect(labels).toEqual(["east", "2"]);
  const { groups } = dataSetFor(modelOf(["X", "Y"], labels), file);
  expect(groups.map(({ label, moments }) => [label, moments.n])).toEqual([
    ["east", 500],
    ["2", 90],
  ]);
});

test("a grouping column for one matrix is refused", () => {
  expect(() => groupLabels(readData(JSON.stringify(HEALTH)), "school")).toThrow(OptionError);
});

test.each([
  ["text that is no JSON", '{"names": ["a"],\n "covariance": [[1]', /not valid JSON/],
  ["a list", "[1, 2]", /not a JSON object/],
  ["a misspelt key", { ...HEALTH, covarience: 1 }, /"covarience" is not a key/],
  ["no names", { ...HEALTH, names: undefined }, /"names" must be/],
  ["neither matrix", { names: ["a"], n: 5 }, /either "covariance" or "correlation"/],
  ["a wrong size", { ...HEALTH, covariance: [[1, 2]] }, /"covariance" must be 4×4/],
  [
    "text in the matrix",
    { names: ["X"], covariance: [["1"]], n: 9 },
    /"covariance\[0\]\[0\]" is not a finite/,
  ],
  ["a wrong number of means", { ...HEALTH, mean: [1] }, /"mean" must be a list of 4/],
  ["no n", { ...HEALTH, n: undefined }, /number of observations behind the covariance matrix is not known/],
  ["half an observation", { ...HEALTH, n: 10.5 }, /is 10.5/],
  ["n at the number of variables", { ...HEALTH, n: 2 }, /2 observations for 2 variables/],
  ["a wrong divisor", { ...HEALTH, divisor: "N" }, /"divisor" must be/],
  ["a negative variance", { names: ["X", "Y"], covariance: [[1], [0, -2]], n: 9 }, /variance of "Y" is -2/],
  [
    "asymmetry",
    {
      names: ["X", "Y"],
      covariance: [
        [1, 0.5],
        [0.4, 1],
      ],
      n: 9,
    },
    /not symmetric: "Y" with "X" is 0.4/,
  ],
  [
    "a correlation above one",
    { names: ["X", "Y"], correlation: [[1], [1.2, 1]], n: 9 },
    /not positive definite: given "X"/,
  ],
  [
    "a correlation diagonal",
    { names: ["X", "Y"], correlation: [[1], [0.2, 4]], n: 9 },
    /"Y" with itself is not 1/,
  ],
  [
    "dependence",
    { names: ["X", "Y"], covariance: [[1], [2, 4]], n: 9 },
    /singular: "Y" is a linear combination of "X"/,
  ],
])("JSON with %s is refused", (_what, value, message) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  expect(dataErrorOf(() => dataSetFromText(text, ["X", "Y"])).message).toMatch(message);
});

test("text that is no JSON is located", () => {
  const error = dataErrorOf(() => readData('{"names": ["a"],\n "covariance": ]'));
  expect(error).toMatchObject({ line: 2 });
});

test("a matrix in CSV that is almost symmetric, or has holes, is refused as a matrix", () => {
  const labelled = '"","a","b","c"\n"a",2,1,0.5\n"b",1,3,0.25\n"c",0.5,0.2,4\n';
  expect(dataErrorOf(() => readData(labelled)).message).toMatch(/"c" with "b" is 0.2, "b" with "c" is 0.25/);
  expect(
    dataErrorOf(() => readData(labelled.replace('"",', "").replaceAll(/"[abc]",(?=[\d.])/g, ""))).message,
  ).toMatch(/not symmetric/);
  expect(dataErrorOf(() => readData(labelled.replace("0.5,0.2,4", ",0.25,4"))).message).toMatch(
    /covariance of "c" and "a" is missing/,
  );
});

test("a covariance matrix may have decimal commas", () => {
  expect(readData("a;b\n2,5;0,5\n0,5;1\n")).toMatchObject({
    kind: "moments",
    groups: [{ names: ["a", "b"], matrix: Float64Array.of(2.5, 0.5, 0.5, 1) }],
  });
});
