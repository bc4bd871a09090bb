import { expect, test } from "vitest";
import { momentsOf } from "../../../src/data/table.ts";
import { parseModel } from "../../../src/model/parseModel.ts";
import { populationMoments, simulateCases, statedPopulation } from "../../../src/statistics/population.ts";
import { simulate } from "../../../src/statistics/simulate.ts";

const FACTOR = `
  f =~ start(0.8)*x1 + start(0.7)*x2 + start(0.6)*x3 + start(0.7)*x4
  x1 ~~ start(0.36)*x1
  x2 ~~ start(0.51)*x2
  x3 ~~ start(0.64)*x3
  x4 ~~ start(0.51)*x4`;

test("estimates of simulated samples scatter around the population, as theory says", async () => {
  const population = statedPopulation(parseModel(FACTOR, { as: "cfa", stdLv: true }));
  const result = await simulate(population, { n: 400, replicates: 2000, seed: 11 });
  expect(result.converged).toBe(2000);
  expect(result.df).toBe(2);
  // Four standard errors of a share of 5 % among 2,000, and a little for the χ² approximation at n = 400.
  expect(Math.abs(result.rejected - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / 2000) + 0.005);
  for (const row of result.rows) {
    if (!(row.meanStandardError > 0)) continue;
    expect(Math.abs(row.bias)).toBeLessThan(4 * (row.deviation / Math.sqrt(2000)) + 0.005);
    expect(row.deviation / row.meanStandardError).toBeGreaterThan(0.93);
    expect(row.deviation / row.meanStandardError).toBeLessThan(1.07);
    expect(row.coverage).toBeGreaterThan(0.92);
    expect(row.coverage).toBeLessThan(0.975);
    expect(row.power).toBeGreaterThan(0.99);
  }
});

test("power of a small effect grows with n, and an analysis may leave it out", async () => {
  const model = parseModel("y ~ start(0.15)*x\ny ~~ start(1)*y", { as: "sem", fixedX: false });
  const population = statedPopulation(model);
  const powerAt = async (n: number): Promise<number> => {
    const { rows } = await simulate(population, { n, replicates: 1500, seed: 5 });
    return rows.find(({ op }) => op === "~")!.power;
  };
  // Normal approximation: Φ(0.15 √n − 1.96) = 0.32 at n = 100, 0.85 at n = 400.
  expect(Math.abs((await powerAt(100)) - 0.32)).toBeLessThan(0.07);
  expect(Math.abs((await powerAt(400)) - 0.85)).toBeLessThan(0.05);
  const analysis = parseModel("y ~ 0*x", { as: "sem", fixedX: false });
  const wrong = await simulate(population, { n: 400, replicates: 800, seed: 5, analysis });
  expect(wrong.rejected).toBeGreaterThan(0.75);
});

test("simulated cases have the population's moments and repeat by seed", () => {
  const population = statedPopulation(parseModel(FACTOR, { as: "cfa", stdLv: true }));
  const moments = populationMoments(population, population.model, [50_000]);
  expect(moments[0]!.covariance[1]).toBeCloseTo(0.56, 12);
  const [table] = simulateCases(moments, 3);
  const sample = momentsOf(table!, table!.names);
  // Four standard errors of covariances of unit-variance variables, √(2 / n) at most.
  sample.covariance.forEach((value, i) => {
    expect(Math.abs(value - moments[0]!.covariance[i]!)).toBeLessThan(4 * Math.sqrt(2 / 50_000));
  });
  expect(simulateCases(moments, 3)).toEqual(simulateCases(moments, 3));
  expect(simulateCases(moments, 4)[0]!.columns[0]![0]).not.toBe(table!.columns[0]![0]);
});

test("what a population lacks is named", async () => {
  const incomplete = parseModel("f =~ x1 + x2 + x3", { as: "cfa" });
  expect(() => statedPopulation(incomplete)).toThrow("f=~x2, f=~x3");
  const impossible = parseModel(FACTOR.replace("start(0.36)", "start(-2)"), { as: "cfa", stdLv: true });
  await expect(simulate(statedPopulation(impossible), { n: 100 })).rejects.toThrow("not positive definite");
  const population = statedPopulation(parseModel(FACTOR, { as: "cfa", stdLv: true }));
  await expect(simulate(population, { n: [100, 100] })).rejects.toThrow("do not suit 1 group");
  await expect(simulate(population, { n: 4 })).rejects.toThrow(
    "singular covariance matrices for 4 variables",
  );
  const analysis = parseModel("g =~ x1 + x2 + z", { as: "cfa" });
  await expect(simulate(population, { n: 100, analysis })).rejects.toThrow('no observed variable "z"');
});

test("a cancelled simulation keeps what is done, in chunks that do not change it", async () => {
  const population = statedPopulation(parseModel(FACTOR, { as: "cfa", stdLv: true }));
  const abort = new AbortController();
  const run = await simulate(population, {
    n: 100,
    replicates: 1_000_000,
    seed: 2,
    signal: abort.signal,
    onProgress: ({ done }) => void (done > 1500 && abort.abort()),
  });
  expect(run.replicates).toBeGreaterThan(1500);
  expect(run.replicates).toBeLessThan(1_000_000);
  expect(run.rows[0]!.deviation).toBeGreaterThan(0);
});

test("a population of fixed values is warned of", async () => {
  const fixed = FACTOR.replaceAll(/start\((.*?)\)(?=\*x\d (?:\+|$)|\*x4\n)/gm, "$1");
  const population = statedPopulation(parseModel(fixed, { as: "cfa", stdLv: true }));
  const { warnings, rows } = await simulate(population, { n: 100, replicates: 20 });
  expect(rows[0]).toMatchObject({ op: "=~", population: 0.8, deviation: 0 });
  expect(warnings.join()).toContain("write start(0.8)*x instead of 0.8*x");
});
