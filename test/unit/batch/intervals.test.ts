import { expect, test } from "vitest";
import {
  bootstrapInterval,
  jackknifeAcceleration,
  replicateMoments,
  sortReplicates,
} from "../../../src/statistics/bootstrapIntervals.ts";
import { normalQuantile } from "../../../src/statistics/distributions.ts";

/** Exact quantiles of a normal distribution: what a very good bootstrap of a mean would give. */
const ideal = Float64Array.from({ length: 19_999 }, (_, i) => 3 + 2 * normalQuantile((i + 1) / 20_000));

test("all kinds agree where the distribution is normal and centred", () => {
  for (const kind of ["percentile", "basic", "normal", "biasCorrected", "bca"] as const) {
    const { lower, upper } = bootstrapInterval(kind, 3, ideal, 0.95);
    // The standard deviation of 19,999 normal scores is below 2 by 1e-3.
    expect(lower).toBeCloseTo(3 - 2 * 1.959964, 2);
    expect(upper).toBeCloseTo(3 + 2 * 1.959964, 2);
  }
});

test("percentile and basic mirror each other, normal takes off the bias", () => {
  const skewed = sortReplicates(ideal.map((value) => Math.exp(value / 4)));
  const estimate = 2;
  const percentile = bootstrapInterval("percentile", estimate, skewed, 0.9);
  const basic = bootstrapInterval("basic", estimate, skewed, 0.9);
  expect(basic.lower).toBeCloseTo(2 * estimate - percentile.upper, 12);
  expect(basic.upper).toBeCloseTo(2 * estimate - percentile.lower, 12);
  const { mean, deviation } = replicateMoments(skewed);
  const normal = bootstrapInterval("normal", estimate, skewed, 0.9);
  expect((normal.lower + normal.upper) / 2).toBeCloseTo(2 * estimate - mean, 12);
  expect(normal.upper - normal.lower).toBeCloseTo(2 * 1.6448536 * deviation, 6);
});

test("quantiles interpolate on the normal scale, like R's boot", () => {
  // boot:::norm.inter(1:19 * 1.0, c(.025, .5, .93)): 1 (extreme), 10, 18.50…
  const few = Float64Array.from({ length: 19 }, (_, i) => i + 1);
  const { lower, upper } = bootstrapInterval("percentile", 10, few, 0.86);
  const between = (p: number, k: number): number =>
    k +
    (normalQuantile(p) - normalQuantile(k / 20)) / (normalQuantile((k + 1) / 20) - normalQuantile(k / 20));
  expect(lower).toBeCloseTo(between(0.07, 1), 12);
  expect(upper).toBeCloseTo(between(0.93, 18), 12);
  expect(bootstrapInterval("percentile", 10, few, 0.95)).toEqual({ lower: 1, upper: 19 });
});

test("bias correction and acceleration move the interval the way they should", () => {
  const low = bootstrapInterval("biasCorrected", 2.5, ideal, 0.95);
  const plain = bootstrapInterval("percentile", 2.5, ideal, 0.95);
  // The estimate lies below the median of the replicates, so both ends move down.
  expect(low.lower).toBeLessThan(plain.lower);
  expect(low.upper).toBeLessThan(plain.upper);
  // w = Φ⁻¹(share below 2.5) = −0.25; Φ(2w + z): ends at 3 + 2(2w ± 1.96).
  expect(low.upper).toBeCloseTo(3 + 2 * (-0.5 + 1.96), 1);
  const accelerated = bootstrapInterval("bca", 3, ideal, 0.95, 0.05);
  expect(accelerated.lower).toBeGreaterThan(bootstrapInterval("bca", 3, ideal, 0.95, 0).lower);
  // The mean's jackknife: a is a sixth of the skewness over √n (Efron 1987).
  const data = [1, 2, 3, 4, 10];
  const sum = data.reduce((a, b) => a + b, 0);
  const leftOut = data.map((x) => (sum - x) / 4);
  const centred = data.map((x) => x - 4);
  const cubes = centred.reduce((total, x) => total + x ** 3, 0);
  const squares = centred.reduce((total, x) => total + x ** 2, 0);
  expect(jackknifeAcceleration(leftOut)).toBeCloseTo(cubes / (6 * squares ** 1.5), 12);
});

test("too few or one-sided replicates give no interval", () => {
  expect(bootstrapInterval("percentile", 1, Float64Array.of(1), 0.95)).toEqual({ lower: NaN, upper: NaN });
  const { lower } = bootstrapInterval("biasCorrected", 100, ideal, 0.95);
  expect(lower).toBe(NaN);
  expect(replicateMoments([1, NaN, 3])).toEqual({ mean: 2, deviation: Math.SQRT2 });
  expect(jackknifeAcceleration([2, 2, 2])).toBe(0);
});
