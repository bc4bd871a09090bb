import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FitResult } from "../../src/statistics/result.ts";
import type { SimulationResult } from "../../src/statistics/simulate.ts";
import { type CommandRun, EXAMPLES, semnan } from "./command.ts";

const DEMOCRACY = [join(EXAMPLES, "democracy.lav"), join(EXAMPLES, "democracy.csv")] as const;
const HOLZINGER = [join(EXAMPLES, "holzinger.lav"), join(EXAMPLES, "holzinger.csv")] as const;
const POWER = join(EXAMPLES, "power.lav");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semnan-resampling-"));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

async function json<T = FitResult>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await semnan([...args, "--format", "json"]);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as T;
}

describe("semnan fit --starts", () => {
  it("counts the minima in JSON and tells them in the table", async () => {
    const { starts } = await json("fit", ...DEMOCRACY, "--starts", "300");
    expect(starts).toMatchObject({ tried: 300, converged: 300, optima: [{ count: 300 }] });
    // 2 × lavaan's fmin of 0.25417.
    expect(starts!.optima[0]!.value).toBeCloseTo(0.508336, 6);
    const { stdout } = await semnan(["fit", ...DEMOCRACY, "--starts", "300"]);
    expect(stdout).toMatch(/Random starts +300 tried, 300 converged/);
    expect(stdout).toMatch(/Minimum +0\.508336 \(300 starts\)/);
  });
});

describe("shards and semnan merge", () => {
  const run = ["fit", ...DEMOCRACY, "--bootstrap", "1500", "--seed", "3"];
  const intervals = ["--boot-ci-type", "bca", "--boot-standardized"];

  it("give the replicates of one run to the byte, and its result", async () => {
    const whole = await json(...run, ...intervals, "--replicates", at("whole.csv"));
    const files = [3, 1, 2].map((index) => at(`part${index}.csv`));
    for (const [i, threads] of [1, 2, 2].entries()) {
      const shard = ["--shard", `${[3, 1, 2][i]}/3`, "--threads", String(threads), "--replicates", files[i]!];
      const { code, stdout } = await semnan([...run, ...shard]);
      expect(code).toBe(0);
      expect(stdout).toContain(`Shard ${[3, 1, 2][i]} of 3`);
    }
    const list = await semnan(["merge", ...files]);
    expect(list.code).toBe(0);
    expect(list.stdout).toBe(await readFile(at("whole.csv"), "utf8"));
    const model = ["--model", DEMOCRACY[0], "--data", DEMOCRACY[1], ...intervals];
    const merged = await json("merge", ...files, ...model, "--replicates", at("merged.csv"));
    expect(await readFile(at("merged.csv"), "utf8")).toBe(list.stdout);
    expect(merged.parameters).toEqual(whole.parameters);
    const plain = ({ bootstrap }: FitResult): object => ({
      ...bootstrap,
      seconds: 0,
      compileSeconds: 0,
      backend: 0,
    });
    expect(plain(merged)).toEqual(plain(whole));
    // Without one of the files it says what is missing.
    const partial = await semnan(["merge", files[0]!, files[1]!, ...model.slice(0, 4)]);
    expect(partial.code).toBe(1);
    expect(partial.stdout).toContain("Warning: Replicates are missing: 500-999.");
    const foreign = await semnan(["merge", ...files, "--model", DEMOCRACY[0], "--data", at("other.csv")]);
    expect(foreign.code).toBe(2);
    const [header, first, ...rest] = readFileSync(DEMOCRACY[1], "utf8").split("\n");
    await writeFile(at("other.csv"), [header, first, first, ...rest].join("\n"));
    const other = await semnan(["merge", ...files, "--model", DEMOCRACY[0], "--data", at("other.csv")]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("not those of this model, these data and this estimator");
  });
});

describe("kinds of bootstrap", () => {
  it("a model that is not identified gets none, and is told why", async () => {
    await writeFile(at("two.lav"), "f =~ x1 + x2\n");
    const run = await semnan(["fit", at("two.lav"), HOLZINGER[1], "--bootstrap", "50"]);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain("Warning: There is no bootstrap: the model is not identified.");
    expect(run.stdout).not.toContain("Boot.SE");
  });

  it("Bollen and Stine's gives a p-value, the parametric one standard errors", async () => {
    const stine = await json("fit", ...DEMOCRACY, "--bootstrap", "1000", "--boot-type", "bollen.stine");
    expect(stine.bootstrap!.pValue).toBeGreaterThan(0.4);
    expect(stine.parameters[1]!.bootstrapStandardError).toBeUndefined();
    const parametric = await json("fit", ...DEMOCRACY, "--bootstrap", "1000", "--boot-type", "parametric");
    const { bootstrapStandardError, standardError } = parametric.parameters[1]!;
    // n = 75 is far from the asymptote.
    expect(Math.abs(bootstrapStandardError! / standardError - 1)).toBeLessThan(0.25);
    const { stdout } = await semnan([
      "fit",
      ...DEMOCRACY,
      "--bootstrap",
      "500",
      "--boot-type",
      "bollen.stine",
    ]);
    expect(stdout).toMatch(/Bootstrap +500 replicates, Bollen–Stine, seed 1/);
    expect(stdout).toMatch(/P-value \(Bollen–Stine\) +0\.[3-6]\d\d\n/);
  });

  it("every interval is its own", async () => {
    const lower = new Set<number>();
    for (const kind of ["perc", "basic", "norm", "bca.simple", "bca"]) {
      const { parameters } = await json("fit", ...DEMOCRACY, "--bootstrap", "400", "--boot-ci-type", kind);
      lower.add(parameters[1]!.bootstrapCiLower!);
    }
    expect(lower.size).toBe(5);
  });
});

describe("--backend webgpu", () => {
  it("runs starts and replicates in the browser, and they are those of the CPU", async () => {
    const run = ["fit", ...DEMOCRACY, "--bootstrap", "200", "--starts", "50", "--seed", "6"];
    const onGpu = await json(...run, "--backend", "webgpu", "--replicates", at("gpu.csv"));
    const onCpu = await json(...run, "--backend", "cpu", "--replicates", at("cpu.csv"));
    expect(onGpu.bootstrap).toMatchObject({
      replicates: 200,
      backend: { kind: "webgpu", reason: "asked for" },
    });
    expect(onGpu.starts).toMatchObject({ tried: 50, converged: 50 });
    onGpu.parameters.forEach(({ free, bootstrapStandardError }, row) => {
      if (!free) return;
      const own = onCpu.parameters[row]!.bootstrapStandardError!;
      // Each replicate is a thousandth of a standard error from the float64 one at most.
      expect(Math.abs(bootstrapStandardError! / own - 1)).toBeLessThan(2e-3);
    });
    const lines = (name: string): string[][] =>
      readFileSync(at(name), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => line.split(",").slice(0, 7));
    expect(lines("gpu.csv")).toEqual(lines("cpu.csv"));
  });

  it("Ctrl-C ends the browser and keeps what is done", async () => {
    const file = at("gpu-interrupted.csv");
    const args = [
      "fit",
      ...DEMOCRACY,
      "--backend",
      "webgpu",
      "--bootstrap",
      "10000000",
      "--replicates",
      file,
    ];
    const isReady = (): boolean => existsSync(file) && statSync(file).size > 100_000;
    const { code, stdout, stderr } = await interrupt(args, isReady);
    expect([code, stderr]).toEqual([130, ""]);
    expect(stdout).toMatch(/Interrupted: [\d,]+ of 10,000,000 replicates were done/);
    expect(readFileSync(file, "utf8").endsWith("\n")).toBe(true);
  });
});

/** Sends SIGINT to a run of the command once `isReady`, and waits for its end. */
async function interrupt(args: readonly string[], isReady: () => boolean): Promise<CommandRun> {
  return semnan(args, {
    started(child) {
      const watch = setInterval(() => {
        if (!isReady()) return;
        clearInterval(watch);
        child.kill("SIGINT");
      }, 20);
      child.once("exit", () => clearInterval(watch));
    },
  });
}

describe("Ctrl-C", () => {
  it("during a bootstrap reports what is done and leaves a file that merges", async () => {
    const file = at("interrupted.csv");
    const args = ["fit", ...HOLZINGER, "--bootstrap", "100000000", "--replicates", file, "--backend", "cpu"];
    const isReady = (): boolean => existsSync(file) && statSync(file).size > 100_000;
    const { code, stdout, stderr } = await interrupt([...args, "--format", "json"], isReady);
    expect([code, stderr]).toEqual([130, ""]);
    const result = JSON.parse(stdout) as FitResult;
    expect(result.converged).toBe(true);
    expect(result.warnings.join()).toMatch(/Interrupted: [\d,]+ of 100,000,000 replicates were done/);
    const { replicates, converged } = result.bootstrap!;
    expect(replicates).toBeGreaterThan(100);
    expect(result.parameters[1]!.bootstrapStandardError).toBeGreaterThan(0);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(1 + replicates);
    const model = ["--model", HOLZINGER[0], "--data", HOLZINGER[1], "--backend", "cpu", "--format", "json"];
    const merge = await semnan(["merge", file, ...model]);
    expect(merge.code).toBe(1);
    const merged = JSON.parse(merge.stdout) as FitResult;
    expect(merged.bootstrap!.converged).toBe(converged);
    expect(merged.parameters).toEqual(result.parameters);
  });

  it("during random starts and during a simulation reports what is done", async () => {
    const began = Date.now();
    const soon = (): boolean => Date.now() > began + 1500;
    const starts = await interrupt(["fit", ...DEMOCRACY, "--starts", "10000000", "--format", "json"], soon);
    // A slow machine may not have begun to listen by then, and ends without a word.
    if (starts.signal === null) {
      expect(starts.code).toBe(130);
      const result = JSON.parse(starts.stdout) as FitResult;
      expect(result.warnings.join()).toMatch(/Interrupted: [\d,]+ of 10,000,000 starts were done/);
    }
    const again = Date.now();
    const later = (): boolean => Date.now() > again + 1500;
    const simulated = await interrupt(["simulate", POWER, "--n", "200", "--samples", "1000000"], later);
    if (simulated.signal === null) {
      expect(simulated.code).toBe(130);
      expect(simulated.stdout).toMatch(/Interrupted: [\d,]+ of 1,000,000 samples were done/);
    }
  });
});

describe("semnan simulate", () => {
  it("tells bias, coverage and power of a stated population", async () => {
    const result = await json<SimulationResult>("simulate", POWER, "--n", "200", "--samples", "2000");
    expect(result).toMatchObject({ n: [200], replicates: 2000, converged: 2000, df: 5, warnings: [] });
    const effect = result.rows.find(({ lhs, op }) => lhs === "y" && op === "~")!;
    expect(effect.population).toBe(0.2);
    // Four standard errors of shares and means of 2,000 samples, and the bias of order 1/n.
    expect(Math.abs(effect.bias)).toBeLessThan(4 * (effect.deviation / Math.sqrt(2000)) + 0.005);
    expect(Math.abs(effect.coverage - 0.95)).toBeLessThan(0.025);
    expect(effect.power).toBeGreaterThan(0.6);
    expect(effect.power).toBeLessThan(0.8);
    const again = await json<SimulationResult>("simulate", POWER, "--n", "200", "--samples", "2000");
    expect(again.rows).toEqual(result.rows);
  });

  it("writes a table and CSV, draws several groups and from a fitted model", async () => {
    const table = await semnan(["simulate", POWER, "--n", "100,150", "--samples", "200"]);
    expect(table.stdout).toMatch(/Cases of each sample +100 \+ 150\n/);
    expect(table.stdout).toMatch(/Group 2:\n +population +mean +bias +SD +mean SE +coverage 95 % +power\n/);
    const csv = await semnan(["simulate", POWER, "--n", "100", "--samples", "50", "--format", "csv"]);
    expect(csv.stdout).toMatch(
      /^lhs,op,rhs,group,population,mean,bias,deviation,meanStandardError,coverage,power\r\n/,
    );
    const population = [DEMOCRACY[0], "--data", DEMOCRACY[1]];
    const fitted = await json<SimulationResult>("simulate", ...population, "--n", "75", "--samples", "100");
    expect(fitted.rows.find(({ rhs }) => rhs === "x2")!.population).toBeCloseTo(2.18, 2);
  });
});

describe("what cannot be meant", () => {
  const CASES: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [
      ["fit", ...DEMOCRACY, "--bootstrap", "1"],
      /argument '1' is invalid. It must be a whole number, 2 or more/,
    ],
    [["fit", ...DEMOCRACY, "--starts", "0"], /argument '0' is invalid. It must be a whole number, 1 or more/],
    [["fit", ...DEMOCRACY, "--bootstrap", "9", "--threads", "0"], /--threads .* 1 or more/],
    [["fit", ...DEMOCRACY, "--replicates", "x.csv"], /--replicates needs --bootstrap COUNT/],
    [["fit", ...DEMOCRACY, "--boot-type", "parametric"], /--boot-type needs --bootstrap COUNT/],
    [["fit", ...DEMOCRACY, "--bootstrap", "9", "--boot-type", "wild"], /must be one of ordinary, case, boll/],
    [["fit", ...DEMOCRACY, "--bootstrap", "9", "--boot-ci-type", "t"], /must be one of perc, percentile/],
    [["fit", ...DEMOCRACY, "--bootstrap", "9", "--shard", "1/2"], /--shard needs --replicates FILE.csv/],
    [["fit", ...DEMOCRACY, "--bootstrap", "9", "--shard", "3/2"], /'3\/2' is invalid. It must be like 2\/8/],
    [
      ["fit", ...DEMOCRACY, "--bootstrap", "9", "--shard", "1/20", "--replicates", "no.csv"],
      /Shard 1 of 20 of 9 replicates does not exist/,
    ],
    [["fit", ...DEMOCRACY, "--bootstrap", "9", "--replicates", "nowhere/x.csv"], /folder of nowhere\/x.csv/],
    [
      ["fit", ...DEMOCRACY, "--bootstrap", "9", "--replicates", "same", "--out", "same"],
      /same would be written twice/,
    ],
    [["fit", ...DEMOCRACY, "--starts", "9", "--estimator", "ULS"], /Random starts need/],
    [["merge"], /missing required argument 'files'/],
    [["merge", DEMOCRACY[1]], /democracy.csv is no replicate file/],
    [["merge", "nowhere.csv"], /nowhere.csv: there is no such file/],
    [["merge", DEMOCRACY[1], "--model", DEMOCRACY[0]], /--model and --data belong together/],
    [["simulate", POWER], /required option '--n <sizes>' not specified/],
    [["simulate", POWER, "--n", "1"], /'1' is invalid. It must be a whole number, 2 or more/],
    [["simulate", POWER, "--n", "100", "--samples", "1"], /--samples .* 2 or more/],
    [["simulate", DEMOCRACY[0], "--n", "75"], /democracy.lav: The population has no value for ind60=~x2/],
    [["simulate", POWER, "--n", "3"], /Samples of 3 cases have singular covariance matrices for 5 variables/],
  ];

  it.concurrent.each(CASES)("%j", async (args, says) => {
    const { code, stdout, stderr } = await semnan(args, { cwd: folder });
    expect(stderr).toMatch(says);
    expect([code, stdout]).toEqual([2, ""]);
    // What is wrong, and what to do about it.
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
    expect(existsSync(at("no.csv"))).toBe(false);
  });

  it("--help lists the options with their meaning and the exit codes", async () => {
    for (const command of ["fit", "merge", "simulate"]) {
      const { code, stdout } = await semnan([command, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Exit codes: 0/);
    }
  });
});
