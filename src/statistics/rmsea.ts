import { findRoot, chiSquared } from "./distributions.ts";
import type { Test } from "./incrementalFit.ts";

/** RMSEA with its confidence interval and the p-values of close (≤ 0.05) and not-close (≥ 0.08) fit. */
export interface Rmsea {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly closePValue: number;
  readonly notClosePValue: number;
}

/** Settings of lavaan's `fitMeasures`. */
export const RMSEA_LEVEL = 0.9;
export const RMSEA_CLOSE = 0.05;
export const RMSEA_NOT_CLOSE = 0.08;

/** √(max(χ²/(N·df) − c/N, 0)·G) for G groups and scaling c (Steiger 1990; Steiger 1998 for groups). */
export function rmseaValue({ chisq, df }: Test, n: number, groups: number, c = 1): number {
  return df > 0 ? Math.sqrt(Math.max(chisq / (n * df) - c / n, 0) * groups) : 0;
}

/**
 * The interval comes from the noncentralities at which χ² is the 95 % and the 5 % quantile; `c` turns them back to the
 * unscaled metric where the statistic is a scaled one.
 */
export function rmseaInterval({ chisq, df }: Test, n: number, groups: number, c = 1) {
  if (!Number.isFinite(chisq + df)) return { lower: NaN, upper: NaN };
  const side = (1 - RMSEA_LEVEL) / 2;
  const excess = (target: number) => (noncentrality: number) =>
    chiSquared(chisq, df, noncentrality).lower - target;
  const toRmsea = (noncentrality: number): number => Math.sqrt(((c * noncentrality) / (n * df)) * groups);
  const low = excess(1 - side);
  const high = excess(side);
  const most = Math.max(n, 4 * chisq);
  const noLower = df < 1 || low(0) < 0;
  const noUpper = df < 1 || high(most) > 0 || high(0) < 0;
  return {
    lower: noLower ? 0 : toRmsea(findRoot(low, 0, chisq)),
    upper: noUpper ? 0 : toRmsea(findRoot(high, 0, most)),
  };
}

/** P(χ²(λ) > χ²) with the noncentrality λ of RMSEA = `bound`. */
export function closeFit({ chisq, df }: Test, n: number, groups: number, bound: number, c = 1) {
  if (!(df > 0)) return { upper: NaN, lower: NaN };
  return chiSquared(chisq, df, (n * df * bound * bound) / (c * groups));
}

export function rmsea(test: Test, n: number, groups: number): Rmsea {
  return {
    value: rmseaValue(test, n, groups),
    ...rmseaInterval(test, n, groups),
    closePValue: closeFit(test, n, groups, RMSEA_CLOSE).upper,
    notClosePValue: closeFit(test, n, groups, RMSEA_NOT_CLOSE).lower,
  };
}
