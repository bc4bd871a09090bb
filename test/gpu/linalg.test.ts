import { describe, expect, test } from "vitest";
import { runInBrowser } from "./page/bridge.ts";
import type { StyleName } from "./page/linalg.ts";
import type { FactorErrors, IndefiniteCase, LikelihoodErrors } from "./page/linalgFactors.ts";
import type { ProductCase, productError } from "./page/linalgProducts.ts";

const PRODUCTS = "/test/gpu/page/linalgProducts.ts";
const FACTORS = "/test/gpu/page/linalgFactors.ts";

/** The rounding unit of float32. */
const UNIT = 2 ** -24;
const STYLES: readonly StyleName[] = ["software", "hardware"];

/** An upper bound on the condition number of `randomCovariance`: (largest loading variance + noise) / noise. */
function condition(n: number, noise: number): number {
  return (n / 12 + 1 + 2 * noise) / noise;
}

const CASES: readonly Omit<ProductCase, "style">[] = [
  { rows: 1, inner: 1, columns: 1 },
  { rows: 7, inner: 7, columns: 7 },
  { rows: 64, inner: 64, columns: 64 },
  { rows: 65, inner: 63, columns: 66, alpha: -2 },
  { rows: 345, inner: 130, columns: 77, transposeLeft: true },
  { rows: 65, inner: 90, columns: 33, transposeRight: true, beta: -1 },
  { rows: 65, inner: 90, columns: 33, transposeLeft: true, transposeRight: true, beta: 0.5, diagonal: 3 },
  { rows: 65, inner: 65, columns: 65, leftShape: "lower" },
  { rows: 65, inner: 65, columns: 40, leftShape: "upper", transposeLeft: true },
  { rows: 40, inner: 65, columns: 65, rightShape: "lower", transposeRight: true },
  { rows: 99, inner: 99, columns: 99, leftShape: "lower", rightShape: "lower", result: "lower" },
  { rows: 99, inner: 99, columns: 99, leftShape: "upper", rightShape: "lower", transposeLeft: true },
  { rows: 99, inner: 99, columns: 99, leftShape: "lower", rightShape: "upper" },
  { rows: 130, inner: 70, columns: 130, result: "symmetric" },
  {
    rows: 130,
    inner: 70,
    columns: 130,
    transposeLeft: true,
    result: "symmetric",
    shared: "all",
    beta: 1,
    diagonal: 1,
  },
  { rows: 130, inner: 130, columns: 130, leftShape: "upper", transposeLeft: true, result: "symmetric" },
  { rows: 130, inner: 64, columns: 66, result: "lower", alpha: -1, beta: 1, shared: "all" },
  { rows: 70, inner: 64, columns: 66, shared: "left" },
  { rows: 345, inner: 345, columns: 345, operationsPerDispatch: 5e6 },
  { rows: 345, inner: 345, columns: 345, operationsPerDispatch: 5e6, result: "symmetric" },
];

describe.each(STYLES)("products, %s style", (style) => {
  test.each(CASES.map((given) => [JSON.stringify(given), given] as const))("%s", async (_, given) => {
    const measured = await runInBrowser<Awaited<ReturnType<typeof productError>>>(PRODUCTS, "productError", {
      style,
      ...given,
    });
    // Each of the `inner` multiply-adds rounds once or twice relative to the sum of sizes, α, β and δ once each
    // (Higham 2002, §3.1): a bound that holds for any order of summation.
    expect(measured.error).toBeLessThanOrEqual(2 * given.inner + 5);
    expect(measured.trespasses).toBe(0);
    if (given.operationsPerDispatch !== undefined) expect(measured.dispatches).toBeGreaterThan(1);
    else expect(measured.dispatches).toBe(1);
  });
});

test.each([
  [1, 1],
  [345, 77],
  [1757, 65],
])("⟨A, B⟩ and tr(AB) of %i×%i", async (rows, columns) => {
  const errors = await runInBrowser<{ straight: number; trace: number }>(
    PRODUCTS,
    "innerProductErrors",
    "software",
    rows,
    columns,
  );
  // Strips of 16 rows, then at most 16384/64 partial sums an invocation, then six pairwise sums.
  const longest = 16 + 16_384 / 64 + 6;
  expect(errors.straight).toBeLessThan(longest * UNIT);
  expect(errors.trace).toBeLessThan(longest * UNIT);
});

test("αA + βBᵀ + δI and its copy", async () => {
  // In units of the rounding of the largest sum, which takes three operations.
  expect(await runInBrowser(PRODUCTS, "combinationError", "software", 70, 33)).toBeLessThan(3);
});

describe.each(STYLES)("Cholesky, log-determinant and inverses, %s style", (style) => {
  test.each([
    [1, 0.2],
    [7, 0.2],
    [64, 0.2],
    [65, 0.2],
    [345, 0.2],
    [345, 1e-4],
    [1757, 0.2],
  ])("n = %i, noise %d", async (n, noise) => {
    const isLarge = n > 1000;
    const found = await runInBrowser<FactorErrors>(FACTORS, "factorErrors", style, n, noise, !isLarge);
    const order = style === "software" ? 32 : 64;
    const blocks = Math.ceil(n / order);
    expect(found.pivot).toBe(0);
    expect(found.trespasses).toBe(0);
    expect(found.asymmetry).toBe(0);
    if (!isLarge) expect(found.dispatches.factor).toBe(3 * blocks - 2);
    // The n roundings of an element walk at random (√n), twice over because blocks are solved through their inverses.
    const walk = 4 * Math.sqrt(n) * UNIT;
    expect(found.residual).toBeLessThan(walk);
    const kappa = condition(n, noise);
    // Inverses amplify the factor's rounding by its condition number √κ, and A's by κ.
    expect(found.triangleResidual).toBeLessThan(walk * Math.sqrt(kappa));
    expect(found.inverseResidual).toBeLessThan(4 * UNIT * kappa);
    if (isLarge) return;
    expect(found.inverseError).toBeLessThan(4 * UNIT * kappa);
    // Every pivot inherits two roundings of its diagonal element, which is at most 1 + 0.4/noise times as large.
    expect(found.logDeterminant).toBeLessThan(2 * n * UNIT * (1 + 0.4 / noise));
  });
});

describe.each(STYLES)("a matrix that is not positive definite, %s style", (style) => {
  // Pivots inside blocks of 32 and 64, on their edges, and in the last, partial one.
  const places = [
    [7, 3],
    [65, 33],
    [65, 65],
    [345, 64],
    [345, 200],
    [345, 345],
  ];
  const kinds = ["negative", "repeated", "NaN", "infinite"] as const;
  const cases: IndefiniteCase[] = kinds.flatMap((kind) =>
    places.map(([n, pivot]) => ({ n: n!, pivot: pivot!, kind })),
  );
  test.each(cases)("$kind, n = $n: flags pivot $pivot and computes nothing from it", async (given) => {
    expect(await runInBrowser(FACTORS, "indefinite", style, given)).toEqual({
      found: given.pivot,
      untouched: true,
      afterwards: 0,
    });
  });
});

describe.each(STYLES)("triangular solves, %s style", (style) => {
  test.each([
    [1, 1, false],
    [7, 65, false],
    [65, 7, true],
    [345, 65, false],
    [345, 33, true],
  ])("n = %i, %i right-hand sides, compact inverses %s", async (n, columns, compact) => {
    const errors = await runInBrowser<{ lower: number; transposed: number }>(
      FACTORS,
      "solveErrors",
      style,
      n,
      columns,
      compact,
    );
    // In units of the rounding of Σ|l||y|: a random walk of n roundings, and the inverses of the blocks double it.
    const walk = 2 + 2 * Math.sqrt(n);
    expect(errors.lower).toBeLessThan(walk);
    expect(errors.transposed).toBeLessThan(walk);
  });
});

describe.each(STYLES)("normal-theory discrepancies, %s style", (style) => {
  const kinds = ["maximumLikelihood", "reverseKullbackLeibler"] as const;
  const cases = kinds.flatMap((kind) =>
    [1, 7, 65, 345].flatMap((n) => [1, 1e-3, 1e-5].map((distance) => [kind, n, distance] as const)),
  );
  test.each(cases)("%s, n = %i, S at distance %d from Σ", async (kind, n, distance) => {
    const found = await runInBrowser<LikelihoodErrors>(FACTORS, "likelihoodErrors", style, kind, n, distance);
    expect(found.pivot).toBe(0);
    expect(found.covarianceKept).toBe(true);
    expect(found.asymmetry).toBe(0);
    const kappa = condition(n, 0.2);
    const tau = UNIT * Math.sqrt(kappa);
    // T = L⁻¹C has elements wrong by about τ = UNIT·√κ, and F is a sum of squares of T's distance from I:
    // 2√F·τ·(a few), plus n·τ² where T is all error, plus the rounding of the sum itself.
    const lossError = Math.abs(found.loss - found.exactLoss);
    const root = Math.sqrt(found.exactLoss);
    expect(lossError).toBeLessThan(4 * root * tau + n * tau ** 2 + 8 * UNIT * found.exactLoss);
    // G's error stands beside max|Σ⁻¹|: κ for the inverses, times TTᵀ where that is not close to I.
    expect(found.gradient).toBeLessThan((distance === 1 ? 8 : 2) * UNIT * kappa);
  });

  test("a discrepancy far below float32's spacing at n keeps its digits", async () => {
    const given = ["maximumLikelihood", 345, 1e-5] as const;
    const found = await runInBrowser<LikelihoodErrors>(FACTORS, "likelihoodErrors", style, ...given);
    // tr(SΣ⁻¹) = 345 has a spacing of 3e-5; F is 1e-6.
    expect(found.exactLoss).toBeLessThan(2e-6);
    expect(Math.abs(found.loss / found.exactLoss - 1)).toBeLessThan(1e-2);
  });
});

test("wrong use is an error that names the matrices", async () => {
  const messages = await runInBrowser<string[]>(FACTORS, "misuse", "software");
  expect(messages[0]).toContain("9×8");
  expect(messages[1]).toContain("8×8, 8×8, 4×4");
  expect(messages[2]).toContain('"values" and "status" share the buffer');
});
