import { OptionError, UnsupportedError } from "../errors.ts";
import { chiSquaredPValue } from "./distributions.ts";
import type { FitResult } from "./result.ts";
import { rmseaValue } from "./rmsea.ts";

/** One model of a comparison, and its test against the next less restricted one (NaN for the first). */
export interface NestedComparison {
  readonly df: number;
  readonly aic: number;
  readonly bic: number;
  readonly chisq: number;
  readonly chisqDifference: number;
  readonly dfDifference: number;
  readonly pValue: number;
  /** RMSEA of the difference; NaN for scaled differences. */
  readonly rmsea: number;
  /** Scaling factor of the difference; 1 where tests are not scaled. */
  readonly scaling: number;
}

/**
 * Likelihood-ratio tests between nested models fitted to the same data, sorted by their degrees of freedom: χ² differences,
 * scaled where the fits are (Satorra and Bentler 2001, doi:10.1007/BF02296192):
 *
 *     T = (χ²₀ − χ²₁) / c,   c = (df₀ c₀ − df₁ c₁) / (df₀ − df₁)
 *
 * T is NaN where c is not positive. Throws OptionError for fits that cannot be compared, UnsupportedError where the tests
 * are scaled and shifted or mean- and variance-adjusted.
 */
export function compareNested(fits: readonly FitResult[]): NestedComparison[] {
  const sorted = [...fits].sort((a, b) => a.fitMeasures["df"]! - b.fitMeasures["df"]!);
  requireComparable(sorted);
  const none = { chisqDifference: NaN, dfDifference: NaN, pValue: NaN, rmsea: NaN, scaling: NaN };
  return sorted.map((fit, index) => {
    const previous = sorted[index - 1];
    return Object.assign(measuresOf(fit), previous ? difference(previous, fit) : none);
  });
}

function measuresOf({ fitMeasures }: FitResult) {
  const { df, chisq, aic, bic } = fitMeasures;
  return { df: df!, chisq: chisq!, aic: aic ?? NaN, bic: bic ?? NaN };
}

function difference(wide: FitResult, narrow: FitResult) {
  const [h1, h0] = [measuresOf(wide), measuresOf(narrow)];
  const dfDifference = h0.df - h1.df;
  const [c1, c0] = [wide, narrow].map(({ fitMeasures }) => fitMeasures["chisq.scaling.factor"]);
  const isScaled = c0 !== undefined || c1 !== undefined;
  const weigh = (df: number, c: number | undefined): number => (df === 0 ? 0 : df * c!);
  const scaling = isScaled ? (weigh(h0.df, c0) - weigh(h1.df, c1)) / dfDifference : 1;
  const chisqDifference = scaling > 0 ? (h0.chisq - h1.chisq) / scaling : NaN;
  const groups = narrow.groups?.length ?? 1;
  return {
    chisqDifference,
    dfDifference,
    pValue: dfDifference > 0 ? chiSquaredPValue(chisqDifference, dfDifference) : NaN,
    rmsea: isScaled
      ? NaN
      : rmseaValue({ chisq: chisqDifference, df: dfDifference }, narrow.observations, groups),
    scaling,
  };
}

function requireComparable(fits: readonly FitResult[]): void {
  const [first] = fits;
  if (!first || fits.length < 2) {
    throw new OptionError("A comparison needs at least two models.", "Give two fits.");
  }
  const scaled = fits.filter(({ fitMeasures }) => fitMeasures["chisq.scaled"] !== undefined);
  if (scaled.some(({ fitMeasures: m }) => isShifted(m))) {
    throw new UnsupportedError(
      "Differences of scaled and shifted, or mean- and variance-adjusted, tests are not supported.",
      "Fit the models with MLM or MLR.",
    );
  }
  const same = fits.every(
    (fit) =>
      fit.observations === first.observations &&
      fit.discrepancy.name === first.discrepancy.name &&
      (fit.impliedMean === undefined) === (first.impliedMean === undefined),
  );
  const agree = fits.every(
    (fit) => scaled.includes(fit) || scaled.length === 0 || fit.fitMeasures["df"] === 0,
  );
  if (same && agree) return;
  throw new OptionError(
    "These models were not fitted to the same data in the same way.",
    "Compare fits of the same cases with the same estimator, all with means or all without.",
  );
}

/** Whether χ²/c is not the scaled statistic, so that there was a shift or the degrees of freedom were adjusted. */
function isShifted(measures: Readonly<Record<string, number>>): boolean {
  const { chisq, df } = measures;
  if (!(df! > 0)) return false;
  const simple = chisq! / measures["chisq.scaling.factor"]!;
  return (
    Math.abs(simple - measures["chisq.scaled"]!) > 1e-6 * simple || measures["df.scaled"] !== measures["df"]
  );
}
