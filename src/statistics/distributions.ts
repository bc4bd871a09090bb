import { gammaStep, regularizedGamma } from "./incompleteGamma.ts";

/** P(|Z| > |z|) for Z ~ N(0, 1): the p-value of a two-sided z test. Accurate in the tail; NaN for NaN. */
export function normalTwoSided(z: number): number {
  return Number.isNaN(z) ? NaN : regularizedGamma(0.5, 0.5 * z * z).upper;
}

/** The p-quantile of N(0, 1) for 0 < p < 1, by Halley's method on the tail probability. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  // Start: Abramowitz and Stegun 26.2.22, off by less than 3e-3.
  const t = Math.sqrt(-2 * Math.log(tail));
  let z = t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t));
  for (let iteration = 0; iteration < 6; iteration++) {
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    const error = (0.5 * normalTwoSided(z) * (z < 0 ? -1 : 1) + (z < 0 ? 1 : 0) - tail) / density;
    z += error / (1 - 0.5 * z * error);
  }
  return p < 0.5 ? -z : z;
}

/** Both tails of a χ² distribution at x. */
export interface Tails {
  /** P(X ≤ x). */
  readonly lower: number;
  /** P(X > x). */
  readonly upper: number;
}

/**
 * Tails of the (non-central) χ² distribution with `df` > 0 degrees of freedom, each to full relative accuracy.
 * Non-central: the Poisson(λ/2) mixture of central distributions with df + 2j degrees of freedom, summed in the stable
 * directions of Q(a + 1) = Q(a) + D(a) and P(a) = P(a + 1) + D(a) (Ding 1992, doi:10.2307/2347584).
 */
export function chiSquared(x: number, df: number, noncentrality = 0): Tails {
  if (Number.isNaN(x + df + noncentrality) || !(df > 0)) return { lower: NaN, upper: NaN };
  if (!(x > 0)) return { lower: 0, upper: 1 };
  if (noncentrality === 0) return regularizedGamma(df / 2, x / 2);
  const a = df / 2;
  const half = x / 2;
  const mean = noncentrality / 2;
  // Terms peak at the Poisson mean or, far out in a tail, where j (a + j) = λx/4: weight and tail then balance.
  const balance = 0.5 * (Math.hypot(a, Math.sqrt(noncentrality * x)) - a);
  const [low, high] = [Math.min(mean, balance), Math.max(mean, balance)];
  const first = Math.max(0, Math.floor(low - 12 * Math.sqrt(low) - 60));
  const last = Math.ceil(high + 12 * Math.sqrt(high) + 60);
  const weights = gammaSteps(0, mean, first, last);
  const steps = gammaSteps(a, half, first, last);
  let upper = 0;
  let q = regularizedGamma(a + first, half).upper;
  for (let i = 0; i < steps.length; i++) {
    upper += weights[i]! * q;
    q += steps[i]!;
  }
  let lower = 0;
  let p = regularizedGamma(a + last + 1, half).lower;
  for (let i = steps.length - 1; i >= 0; i--) {
    p += steps[i]!;
    lower += weights[i]! * p;
  }
  return { lower: Math.min(1, lower), upper: Math.min(1, upper) };
}

/**
 * D(a + j, x) for first ≤ j ≤ last by D(a + 1) = D(a) x / (a + 1), starting from the largest, so that rounding grows
 * only where the terms fade; D(0, x) = e⁻ˣ.
 */
function gammaSteps(a: number, x: number, first: number, last: number): Float64Array {
  const steps = new Float64Array(last - first + 1);
  const peak = Math.min(last, Math.max(first, Math.round(x - a))) - first;
  const at = a + first;
  steps[peak] = at + peak === 0 ? Math.exp(-x) : gammaStep(at + peak, x);
  for (let j = peak; j < last - first; j++) steps[j + 1] = (steps[j]! * x) / (at + j + 1);
  for (let j = peak; j > 0; j--) steps[j - 1] = (steps[j]! * (at + j)) / x;
  return steps;
}

/** P(X > x) of a central χ² distribution; 1 at df = 0 and x = 0, NaN where there is no test. */
export function chiSquaredPValue(x: number, df: number): number {
  return df > 0 ? chiSquared(x, df).upper : NaN;
}

/** The p-quantile of the central χ² distribution, by Newton's method from Wilson and Hilferty's approximation. */
export function chiSquaredQuantile(p: number, df: number): number {
  if (!(df > 0) || !(p > 0 && p < 1)) return NaN;
  const spread = 2 / (9 * df);
  let x = Math.max(df * (1 - spread + normalQuantile(p) * Math.sqrt(spread)) ** 3, 1e-8 * df);
  for (let iteration = 0; iteration < 100; iteration++) {
    const { lower, upper } = regularizedGamma(df / 2, x / 2);
    const error = p < 0.5 ? lower - p : 1 - p - upper;
    // The density at x is D(df/2, x/2) · df / (2x).
    const next = x - (error * 2 * x) / (df * gammaStep(df / 2, x / 2));
    const moved = next > 0 ? next : x / 4;
    if (Math.abs(moved - x) <= 1e-15 * x) return moved;
    x = moved;
  }
  return x;
}

/**
 * The root of a continuous function that changes sign on [low, high], to the last digits, by the Illinois variant of
 * regula falsi (Dowell and Jarratt 1971, doi:10.1007/BF01934364): about ten evaluations where bisection needs fifty.
 */
export function findRoot(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  let [fa, fb] = [f(a), f(b)];
  for (let iteration = 0; iteration < 200 && fb !== 0; iteration++) {
    const next = b - (fb * (b - a)) / (fb - fa);
    const value = f(next);
    if (Math.sign(value) === Math.sign(fb)) fa *= 0.5;
    else [a, fa] = [b, fb];
    const moved = Math.abs(next - b);
    [b, fb] = [next, value];
    if (moved <= 1e-14 * Math.abs(b)) break;
  }
  return b;
}
