import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { DataSet } from "../../../src/data/dataSet.ts";
import type { Model } from "../../../src/model/model.ts";
import { bootstrap, type BootstrapOptions, shardRange } from "../../../src/statistics/bootstrap.ts";
import { fit } from "../../../src/statistics/fit.ts";
import type { FitResult } from "../../../src/statistics/result.ts";
import { caseData, caseModel, readCase } from "../../support/referenceCase.ts";

interface Case {
  readonly model: Model;
  readonly data: DataSet;
  readonly fitted: FitResult;
}

async function prepare(id: string): Promise<Case> {
  const reference = readCase(id);
  const model = caseModel(reference);
  const data = caseData(reference, model);
  return { model, data, fitted: await fit(model, data) };
}

async function run(id: string, options: BootstrapOptions): Promise<FitResult> {
  const { model, data, fitted } = await prepare(id);
  return (await bootstrap(model, data, fitted, options)).result;
}

/** lavaan's bootstrap distribution of one parameter (test/fixtures/bootstrap). */
interface LavaanRow {
  readonly lhs: string;
  readonly op: string;
  readonly rhs: string;
  readonly sd: number;
  readonly q025: number;
  readonly q975: number;
}

/** From bootstrap10000.R. */
interface IndependentRow extends LavaanRow {
  readonly kurtosis: number;
}

function readLavaan<Row extends LavaanRow>(file: string): Row[] {
  const path = new URL(`../../fixtures/bootstrap/${file}.csv`, import.meta.url);
  const [header, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const names = header!.split(",");
  const cell = (text: string): string | number => (Number.isNaN(Number(text)) ? text : Number(text));
  return lines.map(
    (line) => Object.fromEntries(line.split(",").map((text, i) => [names[i]!, cell(text)])) as unknown as Row,
  );
}

test.each(["01a_hs_cfa_marker", "02_poldem_sem"])(
  "standard errors and intervals of %s are lavaan's at R = 10,000",
  async (id) => {
    const lavaan = readLavaan<IndependentRow>(`${id}_bootstrap10000`);
    const count = 50_000;
    const { parameters, bootstrap: summary } = await run(id, { replicates: count, seed: 4711 });
    expect(summary!.converged).toBe(count);
    let squares = 0;
    let beyond = 0;
    for (const { lhs, op, rhs, sd, kurtosis, q025, q975 } of lavaan) {
      const row = parameters.find((p) => p.lhs === lhs && p.op === op && p.rhs === rhs)!;
      // Both are random: a standard deviation from R draws has the relative error √((κ − 1)/4R), 0.7 % of lavaan's.
      const noise = Math.sqrt(((kurtosis - 1) / 4) * (1 / 10_000 + 1 / count));
      const difference = Math.abs(row.bootstrapStandardError! / sd - 1);
      expect(difference).toBeLessThan(4 * noise);
      if (kurtosis < 4) expect(difference).toBeLessThan(0.03);
      if (difference > 0.02) beyond++;
      squares += (difference / noise) ** 2;
      // A 2.5 % quantile has the standard error √(0.025 · 0.975 / R) / density, here at most 0.06 sd; twice, four of these.
      expect(Math.abs(row.bootstrapCiLower! - q025) / sd).toBeLessThan(0.25);
      expect(Math.abs(row.bootstrapCiUpper! - q975) / sd).toBeLessThan(0.35);
    }
    // Nothing but chance is left: the differences are as large as their noise, and one in ten may pass 2 % by it.
    expect(Math.sqrt(squares / lavaan.length)).toBeLessThan(1.4);
    expect(beyond).toBeLessThanOrEqual(0.1 * lavaan.length);
  },
);

test.each(["01a_hs_cfa_marker", "02_poldem_sem"])(
  "standard errors of %s over the same 10,000 replicates are lavaan's",
  async (id) => {
    const { parameters, bootstrap: summary } = await run(id, { replicates: 10_000, seed: 4711 });
    expect(summary!.converged).toBe(10_000);
    const differences = readLavaan(`${id}_same_replicates`).map(({ lhs, op, rhs, sd, q025, q975 }) => {
      const row = parameters.find((p) => p.lhs === lhs && p.op === op && p.rhs === rhs)!;
      // Quantiles of 10,000 numbers are interpolated by another rule.
      expect(Math.abs(row.bootstrapCiLower! - q025) / sd).toBeLessThan(0.02);
      expect(Math.abs(row.bootstrapCiUpper! - q975) / sd).toBeLessThan(0.02);
      return Math.abs(row.bootstrapStandardError! / sd - 1);
    });
    // No chance stands between the two: lavaan stops at a relative change of F of 1e-10, which leaves 1e-4 of a standard
    // error in most parameters, and more where a replicate is hardly identified (0.2 % for speed =~ x9).
    expect(differences.sort((a, b) => a - b)[Math.floor(differences.length / 2)]).toBeLessThan(1e-4);
    expect(Math.max(...differences)).toBeLessThan(0.005);
  },
);

test("defined and fixed rows, bias and standardised solutions have statistics too", async () => {
  const result = await run("03_poldem_equal_loadings", {
    replicates: 2000,
    seed: 3,
    standardized: true,
    interval: "biasCorrected",
  });
  const defined = result.parameters.find(({ op }) => op === ":=")!;
  // The delta method and the bootstrap agree to some ten percent at n = 75.
  expect(defined.bootstrapStandardError! / defined.standardError).toBeGreaterThan(0.7);
  expect(defined.bootstrapStandardError! / defined.standardError).toBeLessThan(1.5);
  expect(defined.bootstrapCiLower!).toBeLessThan(defined.estimate);
  expect(defined.bootstrapCiUpper!).toBeGreaterThan(defined.estimate);
  const fixed = result.parameters.find(({ op, free }) => op === "=~" && !free)!;
  expect(fixed.bootstrapStandardError).toBe(0);
  expect([fixed.bootstrapCiLower, fixed.bootstrapCiUpper]).toEqual([1, 1]);
  const standardized = result.bootstrap!.standardized!;
  result.parameters.forEach((row, i) => {
    if (!Number.isFinite(row.standardized)) return;
    const { ciLower, ciUpper, standardError } = standardized[i]!;
    if (standardError === 0) expect(ciLower).toBeCloseTo(row.standardized, 12);
    else {
      expect(ciLower).toBeLessThan(row.standardized);
      expect(ciUpper).toBeGreaterThan(row.standardized);
    }
  });
});

test("BCa intervals use the jackknife", async () => {
  const simple = await run("04a_mediation_fixedx", { replicates: 3000, seed: 2, interval: "biasCorrected" });
  const full = await run("04a_mediation_fixedx", { replicates: 3000, seed: 2, interval: "bca" });
  const of = (result: FitResult): FitResult["parameters"][number] =>
    result.parameters.find(({ lhs }) => lhs === "ab" || lhs === "indirect")!;
  expect(of(full).bootstrapStandardError).toBe(of(simple).bootstrapStandardError);
  expect(of(full).bootstrapCiLower).not.toBe(of(simple).bootstrapCiLower);
  const width = of(simple).bootstrapCiUpper! - of(simple).bootstrapCiLower!;
  expect(Math.abs(of(full).bootstrapCiLower! - of(simple).bootstrapCiLower!) / width).toBeLessThan(0.1);
});

test("Bollen and Stine's p-value", async () => {
  const { bootstrap: summary, fitMeasures } = await run("02_poldem_sem", {
    replicates: 4000,
    kind: "bollenStine",
    seed: 6,
  });
  // The model fits (p = 0.33); resampling 75 cases from it gives larger χ² than the asymptotic distribution.
  expect(fitMeasures["pvalue"]).toBeCloseTo(0.329, 2);
  expect(summary!.pValue!).toBeGreaterThan(0.4);
  expect(summary!.pValue!).toBeLessThan(0.75);
  const rejected = await run("01a_hs_cfa_marker", { replicates: 1000, kind: "bollenStine", seed: 6 });
  expect(rejected.bootstrap!.pValue!).toBeLessThan(0.01);
});

test("a parametric bootstrap gives back the model's own standard errors", async () => {
  const { parameters } = await run("06a_wheaton_corr_err", {
    replicates: 4000,
    kind: "parametric",
    seed: 6,
  });
  for (const row of parameters) {
    if (!row.free) continue;
    // n = 932 is near the asymptote; four standard errors of a deviation from 4,000 draws are 4.5 %.
    expect(Math.abs(row.bootstrapStandardError! / row.standardError - 1)).toBeLessThan(0.08);
  }
});

test("estimators that the batch cannot do are refitted one by one", async () => {
  const { model, data } = await prepare("10c_hs_complete_meanstructure");
  const fitted = await fit(model, data, { estimator: "MLR" });
  const robust = await bootstrap(model, data, fitted, { replicates: 200, estimator: "MLR" });
  expect(robust.result.bootstrap!.backend.description).toContain("WebAssembly");
  const wls = await fit(model, data, { estimator: "ULS" });
  const { result } = await bootstrap(model, data, wls, { replicates: 5, estimator: "ULS" });
  expect(result.bootstrap!.backend.reason).toContain("ULS");
  expect(result.bootstrap!.converged).toBe(5);
});

test("missing values are resampled with their cases", async () => {
  const reference = readCase("10a_hs_fiml_mcar10");
  const model = caseModel(reference);
  const data = caseData(reference, model);
  const fitted = await fit(model, data, { missing: "fiml" });
  const { result } = await bootstrap(model, data, fitted, { replicates: 3, missing: "fiml" });
  expect(result.bootstrap!.converged).toBe(3);
  const attempt = bootstrap(model, data, fitted, { replicates: 3, missing: "fiml", kind: "parametric" });
  await expect(attempt).rejects.toThrow("needs complete data");
});

test("a covariance matrix has no cases to resample", async () => {
  const attempt = run("06a_wheaton_corr_err", { replicates: 10 });
  await expect(attempt).rejects.toMatchObject({
    name: "DataError",
    advice: expect.stringContaining("parametric"),
  });
});

test("shards cover the replicates without gap or overlap", async () => {
  const ranges = [1, 2, 3, 4, 5, 6, 7].map((index) =>
    shardRange({ replicates: 1000, shard: { index, count: 7 } }),
  );
  expect(ranges[0]!.first).toBe(0);
  ranges.forEach(({ first, count }, i) => expect(first + count).toBe(ranges[i + 1]?.first ?? 1000));
  for (const shard of [
    { index: 0, count: 3 },
    { index: 4, count: 3 },
    { index: 1.5, count: 3 },
    { index: 1, count: 2000 },
  ]) {
    expect(() => shardRange({ replicates: 1000, shard })).toThrow("does not exist");
  }
});

test("cases with sampling weights are not resampled as if they had none", async () => {
  const { model, data, fitted } = await prepare("10c_hs_complete_meanstructure");
  const [group] = data.groups;
  const table = { ...group!.table!, weights: new Float64Array(group!.table!.rows).fill(2) };
  const weighted = { ...data, groups: [{ ...group!, table }] };
  await expect(bootstrap(model, weighted, fitted, { replicates: 10 })).rejects.toThrow("sampling weights");
});

test("bounds of the fit hold in the replicates", async () => {
  const { model, data, fitted } = await prepare("11a_heywood");
  const { result } = await bootstrap(model, data, fitted, { replicates: 60, bounds: "pos.var", seed: 2 });
  expect(result.bootstrap!.converged).toBeGreaterThan(40);
  const variances = result.parameters.filter(({ op, lhs, rhs }) => op === "~~" && lhs === rhs);
  for (const { bootstrapCiLower } of variances) expect(bootstrapCiLower!).toBeGreaterThanOrEqual(0);
});
