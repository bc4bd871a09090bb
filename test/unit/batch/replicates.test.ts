import { expect, test } from "vitest";
import { ProblemStatus } from "../../../src/engine/batch/batchEngine.ts";
import type { Problem } from "../../../src/engine/engine.ts";
import { bindSample } from "../../../src/fit/bindSample.ts";
import { admissibilityOf } from "../../../src/fit/bootstrap/admissible.ts";
import { type Replicates, runReplicates } from "../../../src/fit/bootstrap/replicates.ts";
import { caseResampler, parametricResampler, type Resampler } from "../../../src/fit/bootstrap/resampler.ts";
import { estimate } from "../../../src/fit/estimate.ts";
import { groupStates } from "../../../src/fit/groupState.ts";
import { caseData, caseModel, readCase } from "../../support/referenceCase.ts";

interface Prepared {
  readonly problem: Problem;
  readonly theta: Float64Array;
  readonly resampler: Resampler;
}

async function prepare(
  id: string,
  kind: "case" | "parametric" = "case",
  discrepancy: Problem["discrepancy"] = "maximumLikelihood",
): Promise<Prepared> {
  const reference = readCase(id);
  const model = caseModel(reference);
  const data = caseData(reference, model);
  const moments = data.groups.map((group) => group.moments);
  const problem: Problem = { model: bindSample(model, moments), moments, discrepancy };
  const { theta } = await estimate(problem);
  const implied = groupStates(problem, theta).map(({ sigma, mu }) => ({
    covariance: sigma,
    mean: model.meanStructure ? mu : undefined,
  }));
  const resampler =
    kind === "case"
      ? caseResampler(
          data.groups.map(({ table }) => table!),
          7,
        )
      : parametricResampler(moments, implied, 7);
  return { problem, theta, resampler };
}

/** Every replicate against a fit of its own moments that knows nothing of batches. */
async function checkAgainstSingleFits(
  { problem, theta, resampler }: Prepared,
  replicates: Replicates,
): Promise<void> {
  const t = theta.length;
  const spread = standardDeviations(replicates, t);
  expect(replicates.status.filter((status) => status === 0).length).toBeGreaterThan(0.9 * replicates.count);
  for (let i = 0; i < replicates.count; i++) {
    const moments = resampler.moments(replicates.first + i);
    const single = await estimate({ ...problem, moments }, { start: theta });
    // Where F has no minimum (a loading runs to infinity), neither finds one.
    expect(replicates.status[i] === ProblemStatus.converged).toBe(single.converged);
    if (!single.converged) continue;
    expect(replicates.value[i]).toBeCloseTo(single.value, 7);
    for (let j = 0; j < t; j++) {
      const distance = Math.abs(single.theta[j]! - replicates.theta[i * t + j]!) / spread[j]!;
      // The promise: a thousandth of a standard error, here of the replicates' own spread.
      expect(distance).toBeLessThan(1e-3);
    }
  }
}

function standardDeviations({ theta, count, status }: Replicates, t: number): number[] {
  const converged = Array.from({ length: count }, (_, i) => i).filter((i) => status[i] === 0);
  return Array.from({ length: t }, (_, j) => {
    const values = converged.map((i) => theta[i * t + j]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  });
}

test.each([
  ["01b_hs_cfa_stdlv", "case"],
  ["04a_mediation_fixedx", "case"],
  ["05b_growth_tvc_fixedx", "case"],
  ["07a_hs_mg_configural", "case"],
  ["07c_hs_mg_scalar", "parametric"],
  ["12_pmdag_p10", "case"],
  ["06a_wheaton_corr_err", "parametric"],
] as const)("replicates of %s (%s) are what single fits find", async (id, kind) => {
  const prepared = await prepare(id, kind);
  const { replicates, backend } = await runReplicates({ ...prepared, seed: 7, first: 20, count: 40 });
  expect(backend.description).toContain("WebAssembly");
  await checkAgainstSingleFits(prepared, replicates);
});

test.each(["01a_hs_cfa_marker", "02_poldem_sem"])(
  "every one of 1,000 replicates of %s is what a single fit of it finds",
  async (id) => {
    const prepared = await prepare(id);
    const { replicates } = await runReplicates({ ...prepared, seed: 7, first: 0, count: 1000 });
    expect(replicates.status.every((status) => status === ProblemStatus.converged)).toBe(true);
    await checkAgainstSingleFits(prepared, replicates);
  },
);

test("other discrepancies are fitted one by one, and the result says so", async () => {
  const prepared = await prepare("08c_hs_one_factor", "case", "generalizedLeastSquares");
  const { replicates, backend } = await runReplicates({ ...prepared, seed: 7, first: 0, count: 8 });
  expect(backend.description).toContain("one fit after the other");
  await checkAgainstSingleFits(prepared, replicates);
});

test("bounds hold in every replicate", async () => {
  const prepared = await prepare("11a_heywood");
  const model = {
    ...prepared.problem.model,
    parameters: prepared.problem.model.parameters.map((parameter) =>
      /^(.*)~~\1$/.test(parameter.name) ? { ...parameter, lower: 0 } : parameter,
    ),
  };
  const problem = { ...prepared.problem, model };
  const { theta } = await estimate(problem);
  const run = await runReplicates({ ...prepared, problem, theta, seed: 7, first: 0, count: 50 });
  expect(run.retried).toBeGreaterThan(0);
  const t = theta.length;
  run.replicates.theta.forEach((value, place) => {
    if (run.replicates.status[Math.floor(place / t)] !== ProblemStatus.converged) return;
    expect(value).toBeGreaterThanOrEqual(model.parameters[place % t]!.lower);
  });
});

test("shards make up the whole, and the seed repeats it", async () => {
  const prepared = await prepare("02_poldem_sem");
  const whole = await runReplicates({ ...prepared, seed: 7, first: 0, count: 90 });
  const again = await runReplicates({ ...prepared, seed: 7, first: 0, count: 90, threads: 1 });
  expect(again.replicates).toEqual(whole.replicates);
  const t = prepared.theta.length;
  for (const [first, count] of [
    [0, 31],
    [31, 40],
    [71, 19],
  ] as const) {
    const part = await runReplicates({ ...prepared, seed: 7, first, count });
    expect(part.replicates.theta).toEqual(whole.replicates.theta.slice(first * t, (first + count) * t));
  }
});

test("negative variances and impossible correlations are seen", async () => {
  const { problem, theta } = await prepare("01a_hs_cfa_marker");
  const isAdmissible = admissibilityOf(problem.model);
  expect(isAdmissible(theta)).toBe(true);
  const index = (name: string): number => problem.model.parameters.findIndex((p) => p.name === name);
  const negative = theta.slice();
  negative[index("x3~~x3")] = -0.01;
  expect(isAdmissible(negative)).toBe(false);
  const tooHigh = theta.slice();
  tooHigh[index("visual~~textual")] = 2;
  expect(isAdmissible(tooHigh)).toBe(false);
});

test("progress counts up to the end and chunks arrive in order", async () => {
  const prepared = await prepare("01a_hs_cfa_marker");
  const seen: number[] = [];
  const firsts: number[] = [];
  await runReplicates({
    ...prepared,
    seed: 7,
    first: 5,
    count: 20_000,
    onProgress: ({ done, secondsLeft }) => {
      seen.push(done);
      expect(secondsLeft).toBeGreaterThanOrEqual(0);
    },
    onChunk: ({ first }) => void firsts.push(first),
  });
  expect(seen.at(-1)).toBe(20_000);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(firsts).toEqual([5, 8197, 16389]);
});

test("a cancelled run keeps what is done", async () => {
  const prepared = await prepare("01a_hs_cfa_marker");
  const abort = new AbortController();
  const { replicates } = await runReplicates({
    ...prepared,
    seed: 7,
    first: 0,
    count: 500_000,
    signal: abort.signal,
    onProgress: ({ done }) => {
      if (done > 1000) abort.abort();
    },
  });
  const converged = replicates.status.filter((status) => status === ProblemStatus.converged).length;
  expect(converged).toBeGreaterThan(1000);
  expect(replicates.count).toBeLessThan(500_000);
});
