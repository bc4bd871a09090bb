import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXAMPLES, semnan } from "./command.ts";

const MODEL = "f =~ a + b + c\n";
const ROWS = ["1,5,2", "3,1,4", "2,2,9", "7,3,1", "4,8,2", "6,1,1", "2,9,5", "5,5,5"];
const DATA = ["a,b,c", ...ROWS, ""].join("\n");
const MATRIX = { names: ["a", "b", "c"], covariance: [[2], [1, 2], [0.5, 0.5, 2]], n: 50 };

interface Case {
  readonly what: string;
  readonly model?: string;
  readonly data?: string;
  readonly dataFile?: string;
  readonly options?: readonly string[];
  /** The whole first line of standard error. */
  readonly says: RegExp;
}

const withRow = (row: string): string => DATA.replace(ROWS[1]!, row);
const json = (changes: object): string => JSON.stringify({ ...MATRIX, ...changes });

const CASES: readonly Case[] = [
  { what: "a model that breaks off", model: "f =~ a +\n", says: /^model\.lav:\d+:\d+: / },
  { what: "an unknown operator", model: "f =~ a + b\na => b\n", says: /^model\.lav:2:\d+: / },
  { what: "an empty model", model: "# nothing\n", says: /^model\.lav/ },
  { what: "a feedback loop", model: "a ~ b\nb ~ a\n", says: /^model\.lav.*(cycle|loop)/i },
  { what: "an operator that is not supported", model: "f <~ a + b + c\n", says: /^model\.lav/ },
  { what: "a model in broken JSON", model: '{"semnan": 1, "variables": [', says: /^model\.lav:\d+:\d+: / },
  {
    what: "a model without a file",
    options: ["--"],
    dataFile: "nowhere.csv",
    says: /nowhere\.csv: there is no such file/,
  },
  { what: "an empty data file", data: "", says: /^data\.csv: the data file is empty/ },
  { what: "a header without rows", data: "a,b,c\n", says: /^data\.csv:1: .*no rows/ },
  { what: "a missing variable", model: "f =~ a + b + d\n", says: /^data\.csv: .*"d" is not in the data/ },
  {
    what: "a doubled column",
    data: DATA.replace("a,b,c", "a,b,b"),
    model: "f =~ a + b\n",
    says: /"b" stands in the data twice/,
  },
  {
    what: "text in a cell",
    data: withRow("3,low,4"),
    says: /^data\.csv:3:3: "low" in column "b" is not a number/,
  },
  {
    what: "infinity in a cell",
    data: withRow("3,1,Inf"),
    says: /^data\.csv:3:5: "Inf" in column "c" is not finite/,
  },
  { what: "a short row", data: withRow("3,1"), says: /^data\.csv:3:\d+: this row has 2 cells/ },
  { what: "an open quote", data: withRow('"3,1,4'), says: /^data\.csv:3: .*quoted cell/ },
  {
    what: "a constant",
    data: DATA.replaceAll(/,\d\n/g, ",4\n"),
    says: /"c" has the same value in every row/,
  },
  { what: "too few rows", data: DATA.split("\n", 4).join("\n"), says: /3 observations for 3 variables/ },
  {
    what: "a linear dependence",
    data: [
      "a,b,c",
      ...ROWS.map((row) => row.replace(/(\d),(\d),\d/, (_, a, b) => `${a},${b},${+a + +b}`)),
    ].join("\n"),
    says: /singular: "c" is a linear combination of "a" and "b"/,
  },
  { what: "an unknown grouping column", options: ["--group", "school"], says: /"school" is not in the data/ },
  { what: "a binary file", data: "PK\u0003\u0004\u0000\u0000", says: /data\.csv: this is not a text file/ },
  {
    what: "a covariance matrix without n",
    data: json({ n: undefined }),
    says: /number of observations .* not known/,
  },
  {
    what: "an asymmetric matrix",
    data: json({
      covariance: [
        [2, 1, 0],
        [0.9, 2, 0],
        [0, 0, 1],
      ],
    }),
    says: /not symmetric/,
  },
  {
    what: "a matrix that is not positive definite",
    data: json({ covariance: [[1], [0.9, 1], [0.9, -0.9, 1]] }),
    says: /not positive definite/,
  },
  { what: "an unknown option", options: ["--bootstrp", "9"], says: /^semnan: unknown option '--bootstrp'/ },
  { what: "an unknown choice", options: ["--backend", "cuda"], says: /'cuda' is invalid/ },
  { what: "a number that is none", options: ["--n", "many"], says: /'many' is invalid.*whole number/ },
  { what: "n for raw data", options: ["--n", "100"], says: /^semnan: n does not apply to raw data/ },
  {
    what: "an output folder that is not there",
    options: ["--out", "no/where.txt"],
    says: /no\/where\.txt does not exist/,
  },
  {
    what: "a browser that is not there",
    options: ["--backend", "webgpu", "--browser", "/no/chrome"],
    says: /no browser at \/no\/chrome/,
  },
  {
    what: "a browser that is no program",
    options: ["--backend", "webgpu", "--browser", "data.csv"],
    says: /data\.csv is not a program that can be run/,
  },
];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semnan-bad-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(CASES)(
  "$what: exit code 2 and one clear message",
  async ({ model, data, dataFile, options, says }) => {
    await writeFile(join(folder, "model.lav"), model ?? MODEL);
    await writeFile(join(folder, "data.csv"), data ?? DATA);
    const run = await semnan(["fit", "model.lav", dataFile ?? "data.csv", ...(options ?? [])], {
      cwd: folder,
    });
    expect(run.stderr).toMatch(says);
    expect(run.code).toBe(2);
    expect(run.stdout).toBe("");
    const [message, advice, ...rest] = run.stderr.trimEnd().split("\n");
    expect(message!.length).toBeGreaterThan(20);
    expect(advice, "a second line says what to do").toMatch(/^ {2}\S/);
    expect(rest.join("\n"), "and nothing follows").toBe("");
    expect(run.stderr).not.toMatch(/^\s+at |mistake of ours/m);
  },
);

test("model and data the wrong way round", async () => {
  const run = await semnan(["fit", join(EXAMPLES, "holzinger.csv"), join(EXAMPLES, "holzinger.lav")]);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain("The model comes first");
});

test("no arguments", async () => {
  const run = await semnan(["fit"]);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain("missing required argument 'model'");
});
