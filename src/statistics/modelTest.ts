import { momentCount } from "../data/moments.ts";
import { fitMeasures } from "./fitMeasures.ts";
import type { Fitted } from "./fitted.ts";
import type { Test } from "./incrementalFit.ts";
import { residualMeasures } from "./residualMeasures.ts";
import { likelihoodParts } from "./testParts.ts";

/** Sample moments of all groups, and how many of them covariates fix (fixed.x). */
function countMoments({ problem: { model }, states }: Fitted): { all: number; fixed: number } {
  const all = states.reduce((sum, { k, meanStructure }) => sum + momentCount(k, meanStructure), 0);
  return { all, fixed: model.rows.filter(({ exogenous }) => exogenous).length };
}

/** Whether the discrepancy that was minimised yields a χ² statistic. */
function hasTest({ problem: { discrepancy }, settings: { family } }: Fitted): boolean {
  return family !== "likelihood" || discrepancy === "maximumLikelihood";
}

/** χ² = Σ_g (n_g − lost) F_g with its degrees of freedom; NaN where the model has more parameters than moments. */
function chiSquaredTest(fitted: Fitted, values: readonly number[]): Test {
  const { all, fixed } = countMoments(fitted);
  const df = all - fixed - fitted.npar;
  const chisq = fitted.states.reduce(
    (sum, { moments }, g) => sum + (moments.n - fitted.settings.lost) * Math.max(0, values[g]!),
    0,
  );
  return { chisq: df < 0 || !hasTest(fitted) ? NaN : chisq, df };
}

/** All fit measures of a fitted model; `unitInverse` gives E⁻¹ of its information, where the model is identified. */
export async function modelFitMeasures(
  fitted: Fitted,
  unitInverse: (() => Float64Array) | undefined,
): Promise<Record<string, number>> {
  const { settings, states, observations, multiplier, npar, incomplete } = fitted;
  const isLikelihood = settings.family === "likelihood";
  const isPlain = isLikelihood && !incomplete && settings.test === "standard";
  // Fetched only where it is needed: most fits are of maximum likelihood to complete data.
  const other = isPlain ? undefined : await import("./otherEstimators.ts");
  const parts = other?.testParts(fitted) ?? likelihoodParts(fitted);
  const test = chiSquaredTest(fitted, parts.values);
  const baseline = test.df < 0 ? { chisq: NaN, df: NaN } : parts.baseline();
  const mean = states.reduce((sum, { weight, moments }, g) => {
    const share = isLikelihood ? 1 : (moments.n - 1) / moments.n;
    return sum + weight * share * parts.values[g]!;
  }, 0);
  const measures = fitMeasures({
    test,
    baseline,
    fmin: mean / 2,
    npar,
    sampleMoments: countMoments(fitted).all,
    observations,
    multiplier,
    groups: states.length,
    logLikelihood: isLikelihood
      ? { model: parts.logLikelihood(mean), saturated: parts.logLikelihood(0) }
      : undefined,
    hasPValue: settings.family !== "ULS",
    goodnessOfFit: parts.goodnessOfFit,
    residuals: residualMeasures(states),
  });
  if (!other || !unitInverse) return measures;
  return { ...measures, ...other.correctedMeasures(fitted, test, baseline, unitInverse) };
}
