import { chiSquaredPValue, chiSquaredQuantile } from "./distributions.ts";
import {
  comparativeFit,
  incrementalFit,
  normedFit,
  parsimonyNormedFit,
  relativeFit,
  relativeNoncentrality,
  type Test,
  tuckerLewis,
} from "./incrementalFit.ts";
import type { ResidualMeasures } from "./residualMeasures.ts";
import { rmsea, RMSEA_CLOSE, RMSEA_LEVEL, RMSEA_NOT_CLOSE } from "./rmsea.ts";

/** What the fit measures are computed from. */
export interface FitMeasureInput {
  readonly test: Test;
  readonly baseline: Test;
  /** lavaan's fmin: χ² / (2 n) for maximum likelihood. */
  readonly fmin: number;
  /** Free parameters less independent equality constraints. */
  readonly npar: number;
  /** Sample moments that the model could explain, for AGFI and PGFI. */
  readonly sampleMoments: number;
  readonly observations: number;
  /** What χ² is a multiple of: N, or N less one per group where S has divisor n − 1. */
  readonly multiplier: number;
  readonly groups: number;
  /** Whether χ² has its distribution (not for unweighted least squares). */
  readonly hasPValue: boolean;
  /** Log-likelihoods of the model and of the saturated model; absent where the estimator has none. */
  readonly logLikelihood?: { readonly model: number; readonly saturated: number } | undefined;
  readonly goodnessOfFit: number;
  readonly residuals: ResidualMeasures;
}

/** All fit measures under lavaan's names (dots as in `fitMeasures`); NaN where a measure is not defined. */
export function fitMeasures(input: FitMeasureInput): Record<string, number> {
  const { test, baseline, npar, residuals } = input;
  return {
    npar,
    fmin: input.fmin,
    chisq: test.chisq,
    df: test.df,
    pvalue: input.hasPValue ? chiSquaredPValue(test.chisq, test.df) : NaN,
    ...incrementalMeasures(test, baseline, input.hasPValue),
    ...likelihoodMeasures(input),
    ...rmseaMeasures(input),
    rmr: residuals.rmr,
    rmr_nomean: residuals.rmr_nomean,
    srmr: residuals.srmr,
    srmr_bentler: residuals.srmr_bentler,
    srmr_bentler_nomean: residuals.srmr_bentler_nomean,
    crmr: residuals.crmr,
    crmr_nomean: residuals.crmr_nomean,
    srmr_mplus: residuals.srmr_mplus,
    srmr_mplus_nomean: residuals.srmr_mplus_nomean,
    ...absoluteMeasures(input),
  };
}

function incrementalMeasures(test: Test, baseline: Test, hasPValue: boolean): Record<string, number> {
  const tli = tuckerLewis(test, baseline);
  return {
    "baseline.chisq": baseline.chisq,
    "baseline.df": baseline.df,
    "baseline.pvalue": hasPValue ? chiSquaredPValue(baseline.chisq, baseline.df) : NaN,
    cfi: comparativeFit(test, baseline),
    tli,
    nnfi: tli,
    rfi: relativeFit(test, baseline),
    nfi: normedFit(test, baseline),
    pnfi: parsimonyNormedFit(test, baseline),
    ifi: incrementalFit(test, baseline),
    rni: relativeNoncentrality(test, baseline),
  };
}

/** AIC = 2·npar − 2 ln L, BIC = npar·ln N − 2 ln L, and BIC with N → (N + 2)/24 (Sclove 1987). */
function likelihoodMeasures({ logLikelihood, npar, observations }: FitMeasureInput): Record<string, number> {
  if (!logLikelihood) return { ntotal: observations };
  const deviance = -2 * logLikelihood.model;
  return {
    logl: logLikelihood.model,
    "unrestricted.logl": logLikelihood.saturated,
    aic: 2 * npar + deviance,
    bic: npar * Math.log(observations) + deviance,
    ntotal: observations,
    bic2: npar * Math.log((observations + 2) / 24) + deviance,
  };
}

function rmseaMeasures({ test, multiplier, groups }: FitMeasureInput): Record<string, number> {
  const { value, lower, upper, closePValue, notClosePValue } = rmsea(test, multiplier, groups);
  return {
    rmsea: value,
    "rmsea.ci.lower": lower,
    "rmsea.ci.upper": upper,
    "rmsea.ci.level": RMSEA_LEVEL,
    "rmsea.pvalue": closePValue,
    "rmsea.close.h0": RMSEA_CLOSE,
    "rmsea.notclose.pvalue": notClosePValue,
    "rmsea.notclose.h0": RMSEA_NOT_CLOSE,
  };
}

/** Hoelter's critical N, GFI and its relatives, McDonald's fit index and the expected cross-validation index. */
function absoluteMeasures(input: FitMeasureInput): Record<string, number> {
  const { test, multiplier: n, sampleMoments, npar, goodnessOfFit: gfi } = input;
  const criticalN = (alpha: number): number =>
    test.df > 0 ? chiSquaredQuantile(1 - alpha, test.df) / (test.chisq / n) + 1 : NaN;
  return {
    cn_05: criticalN(0.05),
    cn_01: criticalN(0.01),
    gfi,
    agfi: test.df > 0 ? 1 - (sampleMoments / test.df) * (1 - gfi) : 1,
    pgfi: (test.df / sampleMoments) * gfi,
    mfi: Math.exp((-0.5 * (test.chisq - test.df)) / n),
    ecvi: (test.chisq + 2 * npar) / n,
  };
}
