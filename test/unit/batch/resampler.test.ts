import { expect, test } from "vitest";
import { momentsOf } from "../../../src/data/table.ts";
import { RandomStream } from "../../../src/engine/batch/random/philox.ts";
import { multiply } from "../../../src/engine/cpu/linalg.ts";
import {
  bollenStineTables,
  caseResampler,
  parametricResampler,
} from "../../../src/fit/bootstrap/resampler.ts";
import { symmetricEigen, symmetricPower } from "../../../src/fit/bootstrap/symmetricRoot.ts";
import { WishartSampler } from "../../../src/fit/bootstrap/wishart.ts";
import { randomMoments } from "../../support/randomProblem.ts";
import { caseData, caseModel, readCase } from "../../support/referenceCase.ts";

const sigma = randomMoments(4, 50, 3).covariance;

test("powers of a symmetric matrix", () => {
  const root = symmetricPower(sigma, 4, 0.5);
  const inverseRoot = symmetricPower(sigma, 4, -0.5);
  // Rounding of a well-conditioned 4×4 matrix.
  multiply(root, root, 4, 4, 4).forEach((value, i) => expect(value).toBeCloseTo(sigma[i]!, 12));
  multiply(root, inverseRoot, 4, 4, 4).forEach((value, i) =>
    expect(value).toBeCloseTo(i % 5 === 0 ? 1 : 0, 12),
  );
  const diagonal = symmetricEigen(Float64Array.of(2, 0, 0, 3), 2);
  expect([...diagonal.values]).toEqual([2, 3]);
});

test("Wishart draws have the mean and the variances of sample covariances", () => {
  const [n, draws] = [20, 20_000];
  const sampler = new WishartSampler(sigma, 4);
  const random = new RandomStream(1, 0, 0);
  const sum = new Float64Array(16);
  const squares = new Float64Array(16);
  for (let d = 0; d < draws; d++) {
    sampler.covariance(random, n).forEach((value, i) => {
      sum[i]! += value / draws;
      squares[i]! += value ** 2 / draws;
    });
  }
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j <= i; j++) {
      const place = i * 4 + j;
      // E S = (n − 1)/n Σ; Var S_ij = (n − 1)/n² (Σ_ij² + Σ_ii Σ_jj). Tolerances: four and six standard errors.
      const variance = ((n - 1) / n ** 2) * (sigma[place]! ** 2 + sigma[i * 5]! * sigma[j * 5]!);
      expect(Math.abs(sum[place]! - ((n - 1) / n) * sigma[place]!)).toBeLessThan(
        4 * Math.sqrt(variance / draws),
      );
      const measured = squares[place]! - sum[place]! ** 2;
      expect(Math.abs(measured / variance - 1)).toBeLessThan(6 * Math.sqrt(3 / draws));
    }
  }
});

test("Bollen and Stine's data have the model's moments exactly", () => {
  const reference = readCase("05a_growth_linear");
  const model = caseModel(reference);
  const { moments, table } = caseData(reference, model).groups[0]!;
  const k = moments.names.length;
  const covariance = randomMoments(k, 10, 8).covariance;
  const implied = { covariance, mean: Float64Array.from({ length: k }, (_, i) => i - 1) };
  const [turned] = bollenStineTables([table!], [moments], [implied]);
  const found = momentsOf(turned!, turned!.names);
  // Sums over hundreds of rows of numbers of order one.
  found.covariance.forEach((value, i) => expect(value).toBeCloseTo(covariance[i]!, 10));
  found.mean!.forEach((value, i) => expect(value).toBeCloseTo(implied.mean[i]!, 10));
  const [centred] = bollenStineTables([table!], [moments], [{ covariance, mean: undefined }]);
  momentsOf(centred!, centred!.names).mean!.forEach((value, i) =>
    expect(value).toBeCloseTo(moments.mean![i]!, 10),
  );
});

test("resamples repeat by seed and number, and differ otherwise", () => {
  const reference = readCase("02_poldem_sem");
  const model = caseModel(reference);
  const { table, moments } = caseData(reference, model).groups[0]!;
  const resampler = caseResampler([table!], 9);
  expect(resampler.moments(5)).toEqual(caseResampler([table!], 9).moments(5));
  expect(resampler.moments(5)).not.toEqual(resampler.moments(6));
  expect(resampler.moments(5)).not.toEqual(caseResampler([table!], 10).moments(5));
  const drawn = resampler.cases(5)![0]!;
  const rows = new Set(table!.columns[0]!.map((value, i) => value + 1000 * table!.columns[5]![i]!));
  for (let i = 0; i < drawn.rows; i++)
    expect(rows.has(drawn.columns[0]![i]! + 1000 * drawn.columns[5]![i]!)).toBe(true);
  const parametric = parametricResampler(
    [moments],
    [{ covariance: moments.covariance, mean: moments.mean }],
    9,
  );
  expect(parametric.moments(3)).toEqual(parametric.moments(3));
  expect(parametric.moments(3)).not.toEqual(parametric.moments(4));
});
