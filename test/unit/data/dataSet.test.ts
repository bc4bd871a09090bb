import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataSetFor, groupLabels } from "../../../src/data/dataSet.ts";
import { readData } from "../../../src/data/readData.ts";
import { momentsOf } from "../../../src/data/table.ts";
import { OptionError } from "../../../src/errors.ts";
import { dataErrorOf, dataSetFromText, modelOf } from "./helpers.ts";

const FIXTURES = new URL("../../fixtures/reference/", import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, FIXTURES), "utf8");

interface Reference {
  readonly n: number;
  readonly nobs_per_group: readonly number[];
  readonly sample: readonly { names: string[]; cov: number[][]; mean?: number[]; group?: string }[];
}
const reference = (name: string): Reference => JSON.parse(fixture(name)) as Reference;

/** Sums of 301 products in another order than R's: about 301 roundings of 1.1e-16. */
const ROUNDING = 5e-14;

function expectMatrix(actual: Float64Array, expected: readonly number[][]): void {
  for (const [at, value] of expected.flat().entries()) {
    expect(Math.abs(actual[at]! - value)).toBeLessThan(ROUNDING * Math.max(1, Math.abs(value)));
  }
}

test("moments of raw data are the reference's, and text columns that the model does not name are ignored", () => {
  const { n, sample } = reference("01a_hs_cfa_marker.json");
  const { names, cov } = sample[0]!;
  const { groups, warnings } = dataSetFromText(fixture("data/HolzingerSwineford1939.csv"), names);
  expect(groups[0]!.moments.n).toBe(n);
  expect(groups[0]!.moments.names).toEqual(names);
  expectMatrix(groups[0]!.moments.covariance, cov);
  expect(warnings).toEqual([]);
});

test("groups come in order of appearance, each with its own moments", () => {
  const { sample, nobs_per_group } = reference("07a_hs_mg_configural.json");
  const file = readData(fixture("data/HolzingerSwineford1939.csv"));
  const labels = groupLabels(file, "school");
  expect(labels).toEqual(["Pasteur", "Grant-White"]);
  const { groups } = dataSetFor(modelOf(sample[0]!.names, labels), file, { group: "school" });
  for (const [g, { label, moments }] of groups.entries()) {
    expect(label).toBe(labels[g]);
    expect(moments.n).toBe(nobs_per_group[g]);
    expectMatrix(moments.covariance, sample[g]!.cov);
    expectMatrix(moments.mean!, [sample[g]!.mean!]);
  }
});

test("a covariance matrix with names in both margins is rescaled to divisor n and reordered for the model", () => {
  const { n, sample } = reference("06a_wheaton_corr_err.json");
  const { names, cov } = sample[0]!;
  const { groups } = dataSetFromText(fixture("data/wheaton_cov.csv"), names, { n });
  expectMatrix(groups[0]!.moments.covariance, cov);
  expect(groups[0]!.table).toBeUndefined();
});

test("a correlation matrix warns that tests depend on the scale", () => {
  const { groups, warnings } = dataSetFromText(fixture("data/dhp_cor.csv"), ["RIQ", "RSES"], { n: 329 });
  expect(groups[0]!.moments.covariance[1]).toBeCloseTo((0.222 * 328) / 329, 15);
  expect(warnings).toHaveLength(1);
});

test("incomplete rows are left out and counted by variable", () => {
  const rows = ["1,2,x", "2,NA,x", "4,1,x", ",3,x", "5,7,NA", "3,3,x", "NaN,,x"];
  const { groups, warnings } = dataSetFromText(`a,b,c\n${rows.join("\n")}`, ["b", "a"]);
  expect(groups[0]!.moments.n).toBe(4);
  expect([...groups[0]!.table!.columns[0]!]).toEqual([2, 1, 7, 3]);
  expect(warnings).toEqual(["3 of 7 rows were left out because values are missing (b: 2, a: 2)"]);
});

test("moments have divisor n and do not suffer from a large mean", () => {
  const table = { names: ["a", "b"], columns: [Float64Array.of(1, 2, 6), Float64Array.of(0, 3, 3)], rows: 3 };
  const { covariance, mean } = momentsOf(table, ["a", "b"]);
  expect([...mean!]).toEqual([3, 2]);
  expect([...covariance]).toEqual([14 / 3, 2, 2, 2]);
  const shifted = table.columns.map((column) => column.map((value) => value + 1e9));
  // Every mean and deviation is a whole number below 2⁵³, so nothing is rounded.
  expect(momentsOf({ ...table, columns: shifted }, ["a", "b"]).covariance).toEqual(covariance);
});

test("one case of a file that is a matrix by its looks can be forced to be raw", () => {
  const text = "a,b\n2,1\n1,3\n";
  expect(readData(text).kind).toBe("moments");
  expect(readData(text, "raw").kind).toBe("raw");
});

test("as many rows as columns is still raw data when nothing is symmetric", () => {
  expect(readData("a,b,c\n1,2,3\n4,5,6\n7,8,1\n").kind).toBe("raw");
});

test("a lower triangle is a matrix", () => {
  const { groups } = dataSetFromText("a,b,c\n2,,\n1,3,\n0.5,0.25,4\n", ["c", "a"], { n: 11 });
  expect(groups[0]!.moments.covariance[1]).toBeCloseTo((0.5 * 10) / 11, 15);
});

const RAW = "a,b,c,d\n1,2,3,4\n2,1,5,4\n4,3,1,4\n0,1,1,4\n3,3,2,4\n1,1,1,4\n";

test.each([
  ["a missing variable", RAW, ["a", "bb"], {}, /"bb" is not in the data/, /Did you mean "b"\?/],
  ["several missing variables", RAW, ["u", "v"], {}, /"u", "v" are not/, /a, b, c, d/],
  [
    "no header",
    RAW.replace("a,b,c,d\n", ""),
    ["a", "b"],
    {},
    /"a", "b" are not/,
    /first row must hold the names/,
  ],
  ["a doubled name", RAW.replace("b,c", "b,b"), ["a", "b"], {}, /"b" stands in the data twice/, /of its own/],
  [
    "text",
    RAW.replace("5,4", "five,4"),
    ["a", "c"],
    {},
    /"five" in column "c" is not a number/,
    /as numbers/,
  ],
  ["two decimal marks", "a;b\n1,5;2\n1;3.5\n", ["a", "b"], {}, /"1,5" in column "a"/, /all .*point/],
  ["maybe thousands", "a;b\n1,500;2\n1;3\n", ["a", "b"], {}, /"1,500" in column "a"/, /point.*thousands/],
  ["maybe thousands", "a\tb\n1,500\t2\n1\t3\n", ["a", "b"], {}, /"1,500" in column "a"/, /point/],
  [
    "blanks between columns",
    "a b\n1 2\n1 3\n",
    ["a", "b"],
    {},
    /are not in the data/,
    /one column, "a b".*commas/,
  ],
  ["a dot for missing", RAW.replace("5,4", ".,4"), ["a", "c"], {}, /"\."/, /NA/],
  ["infinity", RAW.replace("5,4", "Inf,4"), ["a", "c"], {}, /"Inf" in column "c" is not finite/, /NA/],
  ["a constant", RAW, ["a", "d"], {}, /"d" has the same value in every row/, /leave it out/],
  [
    "too few rows",
    RAW.split("\n", 4).join("\n"),
    ["a", "b", "c"],
    {},
    /3 observations for 3 variables/,
    /more/,
  ],
  ["an unknown grouping column", RAW, ["a", "b"], { group: "sex" }, /"sex" is not in the data/, /a, b, c, d/],
] as const)("raw data with %s is refused", (_what, text, names, options, message, advice) => {
  const error = dataErrorOf(() => dataSetFromText(text, names, options));
  expect(error.message).toMatch(message);
  expect(error.advice).toMatch(advice);
});

test.each([
  [";", "x"],
  ["\t", "x"],
  [";", "12.03.2020"],
])("decimal commas between %j are read as points are, beside a column of %s", (delimiter, text) => {
  const write = (mark: string): string =>
    [
      ["a", "b", "c"],
      ["1.5", "-2", text],
      ["0.25", "1.5e1", text],
      ["NA", "1", text],
      ["3", ".5", text],
      ["7", "", text],
    ]
      .map((row) => row.map((cell) => (cell === text ? cell : cell.replace(".", mark))).join(delimiter))
      .join("\n");
  const [point, comma] = [".", ","].map((mark) => dataSetFromText(write(mark), ["a", "b"]).groups[0]!);
  expect(comma!.table).toEqual(point!.table);
  expect([...comma!.table!.columns[0]!]).toEqual([1.5, 0.25, 3]);
});

test("a bad cell is located", () => {
  expect(dataErrorOf(() => dataSetFromText(RAW.replace("5,4", "five,4"), ["a", "c"]))).toMatchObject({
    line: 3,
    column: 5,
  });
});

test("a linear combination names its variables only", () => {
  const rows = [3, 1, 4, 1, 5, 9, 2, 6].map((a, i) => [a, i * i, i % 3, 2 * a - (i % 3) + 0.1].join(","));
  const error = dataErrorOf(() => dataSetFromText(`a,b,c,d\n${rows.join("\n")}`, ["a", "b", "c", "d"]));
  expect(error.message).toBe(
    'the sample covariance matrix is singular: "d" is a linear combination of "a" and "c"',
  );
});

test("data that is ill-conditioned but honest passes", () => {
  const noise = (i: number): number => 1e-4 * Math.sin(37 * i * i);
  const rows = Array.from({ length: 50 }, (_, i) => `${Math.sin(i)},${Math.sin(i) + noise(i)}`);
  expect(() => dataSetFromText(`a,b\n${rows.join("\n")}`, ["a", "b"])).not.toThrow();
});

test("rows without a group are counted, and n with raw data is refused", () => {
  const file = readData("g,a,b\nm,1,2\nm,2,5\nm,4,1\n,9,9\nNA,1,1\nf,1,0\nf,2,2\nf,5,1\n");
  const { groups, warnings } = dataSetFor(modelOf(["a", "b"], groupLabels(file, "g")), file, { group: "g" });
  expect(groups.map(({ label, moments }) => [label, moments.n])).toEqual([
    ["m", 3],
    ["f", 3],
  ]);
  expect(warnings).toEqual(['2 of 8 rows were left out: "g" is missing']);
  expect(() => dataSetFromText(RAW, ["a", "b"], { n: 5 })).toThrow(OptionError);
});
