import { describe, expect, it } from "vitest";
import {
  cholesky,
  inverseFromCholesky,
  multiplyTransposed,
  symmetricProduct,
} from "../../../src/engine/cpu/linalg.ts";
import { generator } from "../../support/randomProblem.ts";

/** Sizes on both sides of the blocks of two rows and four columns, and of the size where blocks begin. */
const SIZES = [1, 2, 3, 4, 5, 23, 24, 25, 26, 27, 61, 64];

function randomMatrix(rows: number, columns: number, seed: number): Float64Array {
  const random = generator(seed);
  return Float64Array.from({ length: rows * columns }, () => 2 * random() - 1);
}

/** x xᵀ / n + I, whose condition number stays below about 10. */
function positiveDefinite(n: number): Float64Array {
  const x = randomMatrix(n, n, n);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 1 : 0;
      for (let r = 0; r < n; r++) sum += (x[i * n + r]! * x[j * n + r]!) / n;
      out[i * n + j] = sum;
    }
  }
  return out;
}

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe.each(SIZES)("float64 linear algebra, n = %i", (n) => {
  it("factors, and leaves the upper triangle of the factor alone", () => {
    const a = positiveDefinite(n);
    const l = new Float64Array(n * n).fill(NaN);
    const logDeterminant = cholesky(a, n, l);
    expect(Number.isFinite(logDeterminant)).toBe(true);
    let pivots = 0;
    for (let i = 0; i < n; i++) {
      pivots += 2 * Math.log(l[i * n + i]!);
      for (let j = 0; j < n; j++) {
        if (j > i) expect(l[i * n + j]).toBeNaN();
        else {
          let sum = 0;
          for (let r = 0; r <= j; r++) sum += l[i * n + r]! * l[j * n + r]!;
          // n roundings of numbers below 3.
          expect(Math.abs(sum - a[i * n + j]!)).toBeLessThan(1e-14 * (1 + n));
        }
      }
    }
    expect(Math.abs(pivots - logDeterminant)).toBeLessThan(1e-12);
  });

  it("inverts from the factor", () => {
    const a = positiveDefinite(n);
    const l = new Float64Array(n * n);
    cholesky(a, n, l);
    const inverse = new Float64Array(n * n).fill(NaN);
    inverseFromCholesky(l, n, inverse, new Float64Array(n * n).fill(NaN));
    const product = multiplyTransposed(a, inverse, n, n, n);
    for (let i = 0; i < n; i++) product[i * n + i]! -= 1;
    expect(largest(product)).toBeLessThan(1e-14 * (10 + n));
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++) expect(inverse[i * n + j]).toBe(inverse[j * n + i]);
  });

  it("multiplies by transposes", () => {
    const x = randomMatrix(n, n + 3, 5);
    const y = randomMatrix(n + 1, n + 3, 6);
    const out = multiplyTransposed(x, y, n, n + 3, n + 1);
    const symmetric = symmetricProduct(x, x, n, n + 3);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= n; j++) {
        let [sum, square] = [0, 0];
        for (let r = 0; r < n + 3; r++) sum += x[i * (n + 3) + r]! * y[j * (n + 3) + r]!;
        expect(Math.abs(out[i * (n + 1) + j]! - sum)).toBeLessThan(1e-13);
        if (j === n) continue;
        for (let r = 0; r < n + 3; r++) square += x[i * (n + 3) + r]! * x[j * (n + 3) + r]!;
        expect(Math.abs(symmetric[i * n + j]! - square)).toBeLessThan(1e-13);
      }
    }
  });
});

describe("a matrix that is not positive definite", () => {
  it.each(SIZES.filter((n) => n > 1))("is told at n = %i wherever the bad pivot stands", (n) => {
    for (const bad of [0, n >> 1, n - 1]) {
      const a = positiveDefinite(n);
      a[bad * n + bad] = -1;
      expect(cholesky(a, n, new Float64Array(n * n))).toBeNaN();
    }
  });
});
