import { expect, test } from "vitest";
import type { Problem } from "../../../src/engine/engine.ts";
import { multiStart } from "../../../src/fit/multiStart/multiStart.ts";
import { clusterOptima } from "../../../src/fit/multiStart/optima.ts";
import { RandomStarts } from "../../../src/fit/multiStart/randomStarts.ts";
import { estimate } from "../../../src/fit/estimate.ts";
import { fitFromManyStarts } from "../../../src/statistics/multiStartFit.ts";
import { caseData, caseModel, readCase } from "../../support/referenceCase.ts";

function problemOf(id: string): Problem {
  const reference = readCase(id);
  const model = caseModel(reference);
  const moments = caseData(reference, model).groups.map((group) => group.moments);
  return { model, moments, discrepancy: "maximumLikelihood" };
}

test("1,000 random starts of political democracy find its optimum", async () => {
  const result = await multiStart(problemOf("02_poldem_sem"), { starts: 1000, seed: 1 });
  const [best] = result.optima;
  // 2 × lavaan's fmin 0.25417, certified to ten digits in the reference.
  expect(best!.value).toBeCloseTo(0.508336, 6);
  expect(best!.count).toBeGreaterThan(950);
  expect(result.retried).toBeGreaterThan(0);
  const reference = readCase("02_poldem_sem");
  const free = reference.parameters.filter((p) => p.free > 0);
  free.forEach((p, j) => expect(best!.theta[j]!).toBeCloseTo(p.est, 6));
});

test.each(["01b_hs_cfa_stdlv", "12_pmdag_p10", "04a_mediation_fixedx", "07a_hs_mg_configural"])(
  "the best of 200 starts of %s is the certified optimum",
  async (id) => {
    const problem = problemOf(id);
    const { value } = await estimate(problem);
    const { optima, converged } = await multiStart(problem, { starts: 200, seed: 3 });
    expect(optima[0]!.value).toBeCloseTo(value, 8);
    expect(converged).toBeGreaterThan(150);
  },
);

test("several minima are told apart and counted", async () => {
  // One factor with a Heywood case: the likelihood of four indicators has more than one minimum.
  const { optima, tried, converged } = await multiStart(problemOf("11a_heywood"), { starts: 300, seed: 5 });
  expect(tried).toBe(300);
  expect(optima.reduce((sum, { count }) => sum + count, 0)).toBe(converged);
  optima.forEach(({ value }, i) => {
    if (i > 0) expect(value).toBeGreaterThan(optima[i - 1]!.value + 1e-6);
  });
});

test("other discrepancies and bounds go one by one", async () => {
  const problem = { ...problemOf("08c_hs_one_factor"), discrepancy: "generalizedLeastSquares" as const };
  const { optima, backend } = await multiStart(problem, { starts: 12, seed: 1 });
  expect(backend.description).toContain("one fit after the other");
  expect(optima[0]!.value).toBeCloseTo((await estimate(problem)).value, 8);
});

test("a fit from many starts says what it found", async () => {
  const reference = readCase("02_poldem_sem");
  const model = caseModel(reference);
  const result = await fitFromManyStarts(model, caseData(reference, model), { starts: 50, seed: 2 });
  expect(result.converged).toBe(true);
  expect(result.starts).toMatchObject({ tried: 50, converged: 50 });
  expect(result.starts!.optima[0]!.value).toBeCloseTo(result.discrepancy.value, 9);
  const refused = fitFromManyStarts(model, caseData(reference, model), { starts: 5, estimator: "ULS" });
  await expect(refused).rejects.toThrow("Random starts need");
});

test("starts repeat by seed, differ by number and attempt, and close in", () => {
  const problem = problemOf("02_poldem_sem");
  const centre = new Float64Array(problem.model.parameters.length).fill(0.5);
  const starts = new RandomStarts(problem, centre, 8);
  expect(starts.draw(3, 0)).toEqual(new RandomStarts(problem, centre, 8).draw(3, 0));
  expect(starts.draw(3, 0)).not.toEqual(starts.draw(4, 0));
  expect(starts.draw(3, 0)).not.toEqual(starts.draw(3, 1));
  const spread = (attempt: number): number =>
    starts.draw(3, attempt).reduce((sum, value) => sum + (value - 0.5) ** 2, 0);
  expect(spread(11)).toBeLessThan(0.3 * spread(0));
});

test("endings are grouped by F, and a group without a minimum is dropped", () => {
  const ending = (value: number): { theta: Float64Array; value: number } => ({
    theta: Float64Array.of(value),
    value,
  });
  const optima = clusterOptima(
    [ending(2), ending(1 + 1e-9), ending(1), ending(3), ending(2 + 5e-7), ending(2 + 1e-6)],
    (theta) => (theta[0] === 3 ? undefined : { theta, value: theta[0]! }),
  );
  expect(optima.map(({ value, count }) => [value, count])).toEqual([
    [1, 2],
    [2, 3],
  ]);
});

test("a search that is stopped fits from the best start so far, and counts what was tried", async () => {
  const reference = readCase("02_poldem_sem");
  const model = caseModel(reference);
  const stop = new AbortController();
  let reports = 0;
  const result = await fitFromManyStarts(model, caseData(reference, model), {
    starts: 200_000,
    seed: 2,
    stop: stop.signal,
    onStarts({ done, count }) {
      reports++;
      expect(count).toBe(200_000);
      if (done > 200) stop.abort();
    },
  });
  expect(reports).toBeGreaterThan(0);
  expect(result.converged).toBe(true);
  expect(result.starts!.tried).toBeLessThan(200_000);
  expect(result.starts!.converged).toBeGreaterThan(200);
  expect(result.starts!.converged).toBeLessThanOrEqual(result.starts!.tried);
});

test("starts give the same minima whatever the number of threads", async () => {
  const problem = problemOf("02_poldem_sem");
  const [one, two] = [await runWith(1), await runWith(2)];
  function runWith(threads: number): ReturnType<typeof multiStart> {
    return multiStart(problem, { starts: 3000, seed: 12, threads });
  }
  const summary = ({ optima, converged, retried }: typeof one): unknown => ({ optima, converged, retried });
  expect(summary(two)).toEqual(summary(one));
});
