import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXAMPLES, ROOT, semnan } from "./command.ts";

/** lavaan's bootstrap of the same model, its own 1,000 resamples (test/fixtures/reference/README.md). */
const LAVAAN = JSON.parse(
  await readFile(join(ROOT, "test", "fixtures", "reference", "13_01_hs_cfa_ML_bootstrap1000.json"), "utf8"),
) as { parameters: readonly { se: number }[] };

const MODEL = join(EXAMPLES, "holzinger.lav");
const DATA = join(EXAMPLES, "holzinger.csv");

interface Result {
  readonly parameters: readonly {
    bootstrapStandardError?: number | null;
    bootstrapCiLower?: number | null;
    bootstrapCiUpper?: number | null;
    estimate: number;
    free: boolean;
  }[];
  readonly bootstrap: { replicates: number; converged: number; inadmissible: number; seconds: number };
}

async function run(...options: string[]): Promise<Result> {
  const { code, stdout } = await semnan([
    "fit",
    MODEL,
    DATA,
    "--backend",
    "cpu",
    "--format",
    "json",
    ...options,
  ]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Result;
}

describe("semnan fit --bootstrap", () => {
  it("adds standard errors and intervals, and counts what failed", async () => {
    const { parameters, bootstrap } = await run("--bootstrap", "1000", "--seed", "5");
    expect(bootstrap.replicates).toBe(1000);
    expect(bootstrap.converged).toBe(1000);
    expect(bootstrap.inadmissible).toBeLessThan(30);
    for (const [index, row] of parameters.entries()) {
      if (!row.free) continue;
      // Both errors come from 1,000 replicates: 3 % apart by chance for normal estimates, more for the heavy tails of
      // the third factor's loadings, where a run of 10,000 lies 10 % below lavaan's.
      expect(Math.abs(row.bootstrapStandardError! / LAVAAN.parameters[index]!.se - 1)).toBeLessThan(0.15);
      expect(row.bootstrapCiLower!).toBeLessThan(row.estimate);
      expect(row.bootstrapCiUpper!).toBeGreaterThan(row.estimate);
    }
  });

  it("gives the same numbers for the same seed, and others for another", async () => {
    const errors = async (seed: string): Promise<unknown> =>
      (await run("--bootstrap", "50", "--seed", seed)).parameters.map((row) => row.bootstrapStandardError);
    const first = await errors("7");
    expect(await errors("7")).toEqual(first);
    expect(await errors("8")).not.toEqual(first);
  });

  it("refuses to resample a covariance matrix", async () => {
    const covariance = join(EXAMPLES, "health-cov.json");
    const { code, stderr } = await semnan([
      "fit",
      join(EXAMPLES, "health.json"),
      covariance,
      "--bootstrap",
      "10",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain("Cases cannot be resampled: the data are a covariance matrix.");
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
