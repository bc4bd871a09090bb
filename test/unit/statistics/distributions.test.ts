import { describe, expect, it } from "vitest";
import {
  chiSquared,
  chiSquaredPValue,
  chiSquaredQuantile,
  normalQuantile,
  normalTwoSided,
} from "../../../src/statistics/distributions.ts";
import reference from "../../fixtures/lavaan/distributions.json" with { type: "json" };

const relative = (value: number, truth: number): number =>
  value === truth ? 0 : Math.abs(value - truth) / Math.abs(truth);

/** R's own claim is about 1e-14; an exponent of 640 (p near 1e-280) turns one rounding of it into 1e-13. */
const TOLERANCE = 1e-11;

describe("distributions against R", () => {
  it("two-sided normal p-values, also far out", () => {
    for (const [z, p] of reference.norm) expect(relative(normalTwoSided(z!), p!)).toBeLessThan(TOLERANCE);
  });

  it("central χ² upper tails down to 1e-280", () => {
    for (const [x, df, p] of reference.chisq) {
      if (p! > 1e-280) expect(relative(chiSquaredPValue(x!, df!), p!)).toBeLessThan(TOLERANCE);
    }
  });

  it("non-central χ² lower tails", () => {
    for (const [x, df, ncp, lower] of reference.nc) {
      // R stops its sum at an absolute error of 1e-12.
      expect(Math.abs(chiSquared(x!, df!, ncp!).lower - lower!)).toBeLessThan(1e-11);
    }
  });

  it("non-central χ² tails add up to one and keep relative accuracy far out", () => {
    for (const [x, df, ncp] of reference.nc) {
      const { lower, upper } = chiSquared(x!, df!, ncp!);
      expect(Math.abs(lower + upper - 1)).toBeLessThan(1e-12);
    }
    // Σ_j Poisson(j; 30) P(χ²_{24+2j} > 900) in 60-digit arithmetic.
    expect(relative(chiSquared(900, 24, 60).upper, 2.340655679330413e-103)).toBeLessThan(TOLERANCE);
  });

  it("quantiles", () => {
    for (const [p, df, x] of reference.q)
      expect(relative(chiSquaredQuantile(p!, df!), x!)).toBeLessThan(1e-12);
    for (const [p, z] of reference.qn) expect(relative(normalQuantile(p!), z!)).toBeLessThan(1e-13);
  });

  it("no test at zero degrees of freedom", () => {
    expect(chiSquaredPValue(3, 0)).toBeNaN();
    expect(chiSquaredPValue(NaN, 4)).toBeNaN();
  });
});
