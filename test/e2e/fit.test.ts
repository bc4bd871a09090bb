import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FitResult } from "../../src/statistics/result.ts";
import { commandPath, EXAMPLES, ROOT, semnan } from "./command.ts";

interface Reference {
  readonly fit: Readonly<Record<string, number>>;
  readonly parameters: readonly { lhs: string; op: string; rhs: string; est: number; se_expected: number }[];
}

const reference = async (name: string): Promise<Reference> =>
  JSON.parse(await readFile(join(ROOT, "test/fixtures/reference", `${name}.json`), "utf8")) as Reference;

const example = (name: string): string => join(EXAMPLES, name);
const HOLZINGER = [example("holzinger.lav"), example("holzinger.csv")];

async function fitJson(args: readonly string[]): Promise<{ code: number | null; result: FitResult }> {
  const { code, stdout, stderr } = await semnan(["fit", ...args, "--format", "json"]);
  expect(stderr).toBe("");
  return { code, result: JSON.parse(stdout) as FitResult };
}

// The certified values are converged to 5e-11; what is left over is our own last Newton step in float64.
const ESTIMATE = 1e-6;
const STANDARD_ERROR = 1e-5;
const LOG_LIKELIHOOD = 1e-8;

describe.each(["cpu", "webgpu"])("--backend %s", (backend) => {
  test.each([
    ["marker variables", "01a_hs_cfa_marker", []],
    ["--std-lv", "01b_hs_cfa_stdlv", ["--std-lv"]],
  ])("Holzinger and Swineford with %s: lavaan's numbers", async (_what, name, options) => {
    const expected = await reference(name);
    const { code, result } = await fitJson([...HOLZINGER, "--backend", backend, ...options]);
    expect(code).toBe(0);
    expect(result).toMatchObject({
      converged: true,
      identified: true,
      observations: 301,
      backend: { kind: backend },
    });
    expect(result.parameters).toHaveLength(expected.parameters.length);
    for (const { lhs, op, rhs, est, se_expected: se } of expected.parameters) {
      const row = result.parameters.find((row) => row.lhs === lhs && row.op === op && row.rhs === rhs)!;
      expect(Math.abs(row.estimate - est)).toBeLessThan(ESTIMATE * Math.max(1, Math.abs(est)));
      expect(Math.abs(row.standardError - se)).toBeLessThanOrEqual(STANDARD_ERROR * se);
    }
    const { chisq, df, aic, bic, logl } = expected.fit as Record<
      "chisq" | "df" | "aic" | "bic" | "logl",
      number
    >;
    expect(result.fitMeasures["df"]).toBe(df);
    expect(result.fitMeasures["chisq"]).toBeCloseTo(chisq, 5);
    expect(result.fitMeasures["aic"]).toBeCloseTo(aic, 5);
    expect(result.fitMeasures["bic"]).toBeCloseTo(bic, 5);
    expect(Math.abs(result.logLikelihood / logl - 1)).toBeLessThan(LOG_LIKELIHOOD);
  });

  test("a model that is not identified is written, flagged, and exits with 1", async () => {
    const { code, result } = await fitJson([
      example("health.json"),
      example("health-cov.json"),
      "--backend",
      backend,
    ]);
    expect(code).toBe(1);
    expect(result.identified).toBe(false);
    expect(result.discrepancy.value).toBeLessThan(1e-12);
    expect(result.parameters[0]!.standardError).toBeNull();
    expect(result.warnings.join()).toContain("not identified");
  });
});

test("the front door finds the effect that made the data, in both notations", async () => {
  for (const model of ["frontdoor.lav", "frontdoor.json"]) {
    const { code, result } = await fitJson([example(model), example("frontdoor.csv")]);
    const total = result.parameters.find(({ lhs }) => lhs === "total")!;
    expect(code).toBe(0);
    expect(total.ciLower).toBeLessThan(0.35);
    expect(total.ciUpper).toBeGreaterThan(0.35);
  }
});

test("auto says what it took and why", async () => {
  const { result } = await fitJson([example("democracy.lav"), example("democracy.csv")]);
  expect(result.backend.kind).toMatch(/^(cpu|webgpu)$/);
  expect(result.backend.reason.length).toBeGreaterThan(20);
});

test("data through standard input, the result into a file, as CSV", async () => {
  const folder = await mkdtemp(join(tmpdir(), "semnan-out-"));
  const out = join(folder, "result.csv");
  const input = await readFile(example("holzinger.csv"), "utf8");
  const run = await semnan(["fit", HOLZINGER[0]!, "-", "--format", "csv", "--out", out], { input });
  expect(run).toMatchObject({ code: 0, stdout: "", stderr: "" });
  const lines = (await readFile(out, "utf8")).trimEnd().split("\r\n");
  expect(lines).toHaveLength(1 + 24);
  expect(lines[1]).toMatch(/^visual,=~,x1,,false,1,0,,/);
  await rm(folder, { recursive: true });
});

test("groups, and a switch written with =false", async () => {
  const args = ["--group", "school", "--as", "cfa", "--meanstructure=true", "--std-lv=false"];
  const { result } = await fitJson([...HOLZINGER, ...args]);
  expect(result.groups).toEqual(["Pasteur", "Grant-White"]);
  expect(result.fitMeasures["chisq"]).toBeCloseTo((await reference("07a_hs_mg_configural")).fit["chisq"]!, 5);
});

test("options of lavaan reach the fit, and the diagram its file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "semnan-diagram-"));
  const diagram = join(folder, "holzinger.svg");
  const args = ["--estimator", "MLR", "--modindices", "--factor-scores", "regression", "--diagram", diagram];
  const { result } = await fitJson([...HOLZINGER, ...args]);
  const expected = (await reference("13_01_hs_cfa_MLR")).fit;
  expect(result.fitMeasures["chisqScaled"]).toBeCloseTo(expected["chisq.scaled"]!, 4);
  expect(result.modificationIndices![0]!.mi).toBeGreaterThan(0);
  expect(result.factorScores![0]!.matrix).toHaveLength(301);
  const svg = await readFile(diagram, "utf8");
  expect(svg).toMatch(/^<svg|^<\?xml/);
  expect(svg).toContain("visual");
  await rm(folder, { recursive: true });
});

test("incomplete rows stay under full-information maximum likelihood, and are counted under listwise deletion", async () => {
  const data = join(ROOT, "test/fixtures/reference/data/HS_mcar10.csv");
  const listwise = await fitJson([HOLZINGER[0]!, data]);
  expect(listwise.result.warnings.join()).toMatch(/\d+ of 301 rows were left out/);
  const full = await fitJson([HOLZINGER[0]!, data, "--missing", "fiml", "--as", "cfa"]);
  expect(full.result.observations).toBe(301);
  expect(full.result.logLikelihood).toBeCloseTo((await reference("10a_hs_fiml_mcar10")).fit["logl"]!, 4);
});

test("info tells what a fit would run on", async () => {
  const run = await semnan(["info", "--format", "json"]);
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({
    browser: { version: expect.stringMatching(/Chrome\/\d+/) as string },
    adapter: { limits: { maxComputeInvocationsPerWorkgroup: expect.any(Number) as number } },
  });
});

test("a reader that stops reading is no error", async () => {
  const script = `"${process.execPath}" "${await commandPath()}" fit "${HOLZINGER.join('" "')}" | head -1`;
  const output = execFileSync("sh", ["-c", `set -e; ${script} 2>&1`], { encoding: "utf8" });
  expect(output).toMatch(/^semnan converged after \d+ iterations\n$/);
});

test("Ctrl-C leaves no process and no temporary file", async () => {
  const temporary = await mkdtemp(join(tmpdir(), "semnan-interrupt-"));
  let browsers: number[] = [];
  const run = await semnan(["fit", ...HOLZINGER, "--backend", "webgpu"], {
    env: { TMPDIR: temporary },
    started(child) {
      const watch = setInterval(() => {
        browsers = descendantsOf(child.pid!);
        if (browsers.length === 0) return;
        clearInterval(watch);
        child.kill("SIGINT");
      }, 20);
      child.once("exit", () => clearInterval(watch));
    },
  });
  expect(run.code).toBe(130);
  expect(run.stdout + run.stderr).toBe("");
  expect(browsers.length).toBeGreaterThan(0);
  // A browser takes a while to die where other tests want the processor too.
  await expect.poll(() => browsers.filter(isAlive), { timeout: 20_000 }).toEqual([]);
  expect(await readdir(temporary)).toEqual([]);
  await rm(temporary, { recursive: true });
});

/** Children of a process, their children, and so on. */
function descendantsOf(parent: number): number[] {
  const children = processes()
    .filter(({ parent: of }) => of === parent)
    .map(({ id }) => id);
  return children.concat(children.flatMap(descendantsOf));
}

/** All processes: from /proc where there is one, since bare machines have no `ps`. */
function processes(): { id: number; parent: number }[] {
  if (!existsSync("/proc/self/stat")) {
    const lines = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    return lines
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([id, parent]) => ({ id: id!, parent: parent! }));
  }
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, parent] = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      return [{ id: Number(name), parent: Number(parent) }];
    } catch {
      return [];
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
