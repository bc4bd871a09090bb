import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rScript } from "../../harness/app/export/rScript.ts";
import type { DataText, FinishedFit, Inputs } from "../../harness/app/state/appState.ts";
import { analysisOf, DEFAULT_SETTINGS, type Settings } from "../../harness/app/state/settings.ts";
import { parseCsv } from "../../src/data/csv.ts";
import { bootstrapTask, type BootstrapSettings } from "../../src/embed/bootstrapTask.ts";
import type { TaskContext } from "../../src/embed/rpc/protocol.ts";
import { runAnalysis } from "../../src/embed/analysis.ts";
import type { FitResult } from "../../src/statistics/result.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const EXAMPLES = "harness/examples";
const REFERENCE = "test/fixtures/reference/data";

const ODD_TEXT = "y;größe;a_b;next\n1;2;3;ä\n2;4;1;b\n3;3;5;c\n4;7;9;d\n2;8;2;e\n6;1;4;f\n5;2;8;g\n";

interface Case {
  readonly what: string;
  /** A text, or an example's file. */
  readonly model: string;
  readonly data: string | DataText;
  /** Of the data file, where they are not its text in UTF-8. */
  readonly bytes?: Uint8Array;
  readonly settings?: Partial<Settings>;
}

const ABILITIES = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n";
const HOLZINGER = `${EXAMPLES}/holzinger.csv`;
const GROWTH = "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4\ns =~ 0*t1 + 1*t2 + 2*t3 + 3*t4\n";
const MEDIATION = "M ~ a*X\nY ~ b*M + c*X\nindirect := a*b\n";
const MATRIX = {
  names: ["X", "Y", "Z"],
  covariance: [
    [4, 1, 1],
    [1, 9, 2],
    [1, 2, 3],
  ],
  n: 100,
};
const GRAPH = "dag { U [latent]; X -> M -> Y; U -> X; U -> Y }";

const CASES: readonly Case[] = [
  { what: "cfa", model: "holzinger.lav", data: HOLZINGER, settings: { as: "cfa" } },
  { what: "sem", model: "democracy.lav", data: `${EXAMPLES}/democracy.csv` },
  {
    what: "std.lv and MLR",
    model: ABILITIES,
    data: HOLZINGER,
    settings: { as: "cfa", stdLv: true, estimator: "MLR" },
  },
  {
    what: "orthogonal and MLM",
    model: ABILITIES,
    data: HOLZINGER,
    settings: { as: "cfa", orthogonal: true, estimator: "MLM" },
  },
  {
    what: "means and GLS",
    model: ABILITIES,
    data: HOLZINGER,
    settings: { as: "cfa", meanStructure: "yes", estimator: "GLS" },
  },
  { what: "DWLS", model: ABILITIES, data: HOLZINGER, settings: { as: "cfa", estimator: "DWLS" } },
  { what: "growth", model: GROWTH, data: `${REFERENCE}/Demo.growth.csv`, settings: { as: "growth" } },
  {
    what: "growth with covariates",
    model: `${GROWTH}i ~ x1\ns ~ x1\n`,
    data: `${REFERENCE}/Demo.growth.csv`,
    settings: { as: "growth" },
  },
  {
    what: "full information",
    model: ABILITIES,
    data: `${REFERENCE}/HS_mcar10.csv`,
    settings: { as: "cfa", missing: "fiml" },
  },
  {
    what: "full information and MLR",
    model: ABILITIES,
    data: `${REFERENCE}/HS_mcar10.csv`,
    settings: { as: "cfa", missing: "fiml", estimator: "MLR" },
  },
  { what: "groups", model: ABILITIES, data: HOLZINGER, settings: { as: "cfa", group: "school" } },
  {
    what: "groups with equal loadings and intercepts",
    model: ABILITIES,
    data: HOLZINGER,
    settings: { as: "cfa", group: "school", groupEqual: ["loadings", "intercepts"] },
  },
  { what: "covariates fixed", model: MEDIATION, data: `${REFERENCE}/mediation.csv` },
  {
    what: "covariates not fixed",
    model: MEDIATION,
    data: `${REFERENCE}/mediation.csv`,
    settings: { fixedX: false },
  },
  {
    what: "nothing added",
    model: "f =~ 1*x1 + x2 + x3\nf ~~ f\nx1 ~~ x1\nx2 ~~ x2\nx3 ~~ x3\n",
    data: HOLZINGER,
    settings: { as: "lavaan" },
  },
  {
    what: "a covariance matrix",
    model: "Y ~ X\nZ ~ Y\n",
    data: { name: "m.json", text: JSON.stringify(MATRIX) },
  },
  {
    what: "a covariance matrix with divisor n and means",
    model: "Y ~ X\nZ ~ Y\n",
    data: { name: "m.json", text: JSON.stringify({ ...MATRIX, mean: [1, 2, 3], divisor: "n" }) },
    settings: { meanStructure: "yes" },
  },
  {
    what: "a matrix as CSV",
    model: "Y ~ X\nZ ~ Y\n",
    data: { name: "m.csv", text: "X,Y,Z\n4,1,1\n1,9,2\n1,2,3\n" },
    settings: { n: "80" },
  },
  {
    what: "cases with semicolons, a byte order mark, and names that R would change",
    model: "y ~ größe + a_b\n",
    data: { name: "a b.csv", text: ODD_TEXT },
    bytes: Buffer.from(`\uFEFF${ODD_TEXT}`),
  },
  {
    what: "cases under Excel's line that names the delimiter",
    model: "y ~ größe + a_b\n",
    data: { name: "excel.csv", text: `sep=;\n${ODD_TEXT}` },
  },
  {
    what: "cases with decimal commas",
    model: "y ~ größe + a_b\n",
    data: { name: "komma.csv", text: ODD_TEXT.replace(/\d+(?=;)/, "$&,5") },
  },
  {
    what: "cases in Windows-1252",
    model: "y ~ größe + a_b\n",
    data: { name: "old.csv", text: ODD_TEXT, encoding: "windows-1252" },
    bytes: Buffer.from(ODD_TEXT, "latin1"),
  },
  {
    what: "cases in UTF-16",
    model: "y ~ größe + a_b\n",
    data: { name: "wide.csv", text: ODD_TEXT, encoding: "utf-16le" },
    bytes: Buffer.from(`\uFEFF${ODD_TEXT}`, "utf16le"),
  },
  { what: "a graph without latents", model: "dag { X -> M -> Y }", data: `${EXAMPLES}/frontdoor.csv` },
  { what: "a causal graph", model: "../app/examples/health.dag", data: `${EXAMPLES}/health-cov.json` },
  { what: "a causal graph and cases", model: GRAPH, data: `${EXAMPLES}/frontdoor.csv` },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semnan-r-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fitted({ model, data, settings }: Case): Promise<FinishedFit> {
  const inputs: Inputs = {
    model: /\n|\{/.test(model) ? model : await readFile(join(ROOT, EXAMPLES, model), "utf8"),
    data:
      typeof data === "string"
        ? { name: data.split("/").at(-1)!, text: await readFile(join(ROOT, data), "utf8") }
        : data,
    settings: { ...DEFAULT_SETTINGS, ...settings },
  };
  const result = await runAnalysis(analysisOf(inputs.model, inputs.data!.text, inputs.settings));
  return { inputs, result, history: [], notes: [] };
}

/** Estimates and standard errors by the name of a row. */
type Rows = Map<string, readonly [estimate: number, standardError: number]>;

/** Runs the exported script as it is, then `commands` of R, which may write files; gives what was printed. */
async function runInR(fit: FinishedFit, commands: readonly string[], bytes?: Uint8Array): Promise<string> {
  const { data } = fit.inputs;
  await writeFile(join(folder, data!.name), bytes ?? data!.text);
  await writeFile(join(folder, "analysis.R"), rScript(fit));
  const all = ['source("analysis.R", echo = FALSE, encoding = "UTF-8")', ...commands].join("\n");
  return (await promisify(execFile)("Rscript", ["-e", all], { cwd: folder })).stdout;
}

/** What R says of an object of the script that `parameterEstimates` understands. */
async function rowsInR(fit: FinishedFit, bytes?: Uint8Array): Promise<Rows> {
  const printed = await runInR(
    fit,
    [
      "rows <- parameterEstimates(fit, remove.nonfree = FALSE)",
      "if (is.null(rows$group)) rows$group <- 1",
      'write.csv(rows[c("lhs", "op", "rhs", "group", "est", "se")], "rows.csv", row.names = FALSE)',
    ],
    bytes,
  );
  expect(printed).toContain("Estimate");
  const { rows } = parseCsv(await readFile(join(folder, "rows.csv"), "utf8"));
  const entries = rows.map(([lhs, op, rhs, group, estimate, standardError]) => {
    const name = nameOf({ lhs: lhs!, op: op!, rhs: rhs!, group: Number(group) });
    return [name, [Number(estimate), Number(standardError)]] as const;
  });
  return new Map(entries);
}

function nameOf({ lhs, op, rhs, group }: { lhs: string; op: string; rhs: string; group: number }): string {
  if (op === ":=") return `${lhs} := ${rhs}`;
  const [first, second] = op === "~~" ? [lhs, rhs].sort() : [lhs, op === "~1" ? "" : rhs];
  return `${first} ${op} ${second} in ${group}`;
}

function rowsOf({ parameters }: FitResult): Rows {
  return new Map(parameters.map((row) => [nameOf(row), [row.estimate, row.standardError || 0] as const]));
}

// Needs R with the package lavaan; say SEMNAN_TEST_R=1.
describe.runIf(process.env["SEMNAN_TEST_R"])("the exported script, run by R", () => {
  test.each(CASES)("$what: the same estimates and standard errors", async (each) => {
    const fit = await fitted(each);
    const theirs = await rowsInR(fit, each.bytes);
    const ours = rowsOf(fit.result);
    expect([...ours.keys()].filter((name) => !theirs.has(name))).toEqual([]);
    for (const [name, [estimate, standardError]] of ours) {
      const [theirEstimate, theirError] = theirs.get(name)!;
      // lavaan stops where F changes by less than 1e-10 of itself, so estimates are good to about 1e-5 of their errors.
      const scale = Math.max(theirError || 0, 1e-3 * Math.abs(theirEstimate), 1e-6);
      expect(
        Math.abs(estimate - theirEstimate) / scale,
        `${name}: ${estimate}, ${theirEstimate}`,
      ).toBeLessThan(1e-3);
      if (!fit.result.identified) expect(theirError || 0, `lavaan has no error of ${name}`).toBe(0);
      else expect(Math.abs(standardError - theirError) / scale, `error of ${name}`).toBeLessThan(1e-3);
    }
  });

  const REPLICATES = 1000;
  /** The numbers of a data frame or matrix that R has written, by the name of its row. */
  const written = async (file: string): Promise<Map<string, number[]>> => {
    const { rows } = parseCsv(await readFile(join(folder, file), "utf8"));
    return new Map(rows.map(([name, ...numbers]) => [name!, numbers.map(Number)]));
  };

  test("bootstraps of cases: lavaan's errors are ours, as far as chance allows", async () => {
    const fit = await bootstrapped({ kind: "case", replicates: REPLICATES, interval: "biasCorrected" });
    await runInR(fit, [
      "rows <- parameterEstimates(bootstrapped)",
      'write.csv(cbind(paste(rows$lhs, rows$op, rows$rhs), rows[c("se", "ci.lower")]), "b.csv", row.names = FALSE)',
    ]);
    const theirs = await written("b.csv");
    for (const row of fit.result.parameters.filter(({ free }) => free)) {
      const [error, lower] = theirs.get(`${row.lhs} ${row.op} ${row.rhs}`)!;
      // Each standard error has a relative one of 1/√2R = 2.2 %, their ratio √2 of that: four of those, and as much
      // again because the variances' replicates have heavier tails than the normal ones of that formula.
      expect(Math.abs(row.bootstrapStandardError! / error! - 1)).toBeLessThan(0.25);
      expect(Math.abs(row.bootstrapCiLower! - lower!) / error!).toBeLessThan(0.5);
    }
  });

  test("parametric bootstraps, of a matrix too", async () => {
    const fit = await bootstrapped({ kind: "parametric", replicates: REPLICATES }, JSON.stringify(MATRIX));
    await runInR(fit, ['write.csv(apply(replicates, 2, sd), "b.csv")']);
    const theirs = [...(await written("b.csv")).values()].map(([error]) => error!);
    const ours = fit.result.parameters.filter(({ free }) => free).map((row) => row.bootstrapStandardError!);
    expect(theirs).toHaveLength(ours.length);
    for (const [at, error] of ours.entries()) expect(Math.abs(error / theirs[at]! - 1)).toBeLessThan(0.25);
  });

  test("Bollen and Stine's test", async () => {
    const fit = await bootstrapped({ kind: "bollenStine", replicates: REPLICATES });
    const printed = await runInR(fit, []);
    const theirs = Number(/\[1\] ([\d.e-]+)\s*$/.exec(printed)![1]);
    // Two shares of R replicates differ by at most 4·√(2·p(1 − p)/R).
    expect(Math.abs(fit.result.bootstrap!.pValue! - theirs)).toBeLessThan(0.09);
  });
});

/** A fit of a model that is not quite true, robust errors and all, bootstrapped. */
async function bootstrapped(settings: BootstrapSettings, matrix?: string): Promise<FinishedFit> {
  const model = matrix === undefined ? "M ~ X\nY ~ M\n" : "Y ~ X\nZ ~ Y\n";
  const fit = await fitted({
    what: "bootstrapped",
    model,
    data: matrix === undefined ? `${EXAMPLES}/frontdoor.csv` : { name: "m.json", text: matrix },
    settings: { fixedX: false, ...(matrix === undefined && { estimator: "MLR" }) },
  });
  const { inputs } = fit;
  const analysis = analysisOf(inputs.model, inputs.data!.text, inputs.settings);
  const { result } = await bootstrapTask({ analysis, fitted: fit.result, settings }, quiet());
  return { ...fit, result };
}

function quiet(): TaskContext<never> {
  const { signal } = new AbortController();
  return { signal, stop: signal, report: () => undefined };
}
