import { chiSquaredPValue } from "./distributions.ts";
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
import { closeFit, RMSEA_CLOSE, RMSEA_NOT_CLOSE, rmseaInterval, rmseaValue } from "./rmsea.ts";
import type { ScaledTest } from "./scaledTest.ts";

/** Model and baseline, uncorrected and corrected. */
export interface ScaledInput {
  readonly kind: string;
  readonly test: Test;
  readonly baseline: Test;
  readonly scaled: ScaledTest;
  readonly scaledBaseline: ScaledTest;
  readonly multiplier: number;
  readonly groups: number;
}

/**
 * lavaan's measures with endings `.scaled` (the corrected χ² in the usual formulas) and `.robust` (consistent under
 * non-normality: Brosseau-Liard, Savalei and Li 2012, 2014; not for mean.var.adjusted).
 */
export function scaledMeasures(input: ScaledInput): Record<string, number> {
  const { scaled, scaledBaseline } = input;
  const [h0, b0]: [Test, Test] = [scaled, scaledBaseline];
  const tli = tuckerLewis(h0, b0);
  const logLikelihood = scaled.logLikelihoodScalings;
  return {
    "chisq.scaled": scaled.chisq,
    "df.scaled": scaled.df,
    "pvalue.scaled": chiSquaredPValue(scaled.chisq, scaled.df),
    "chisq.scaling.factor": scaled.scaling,
    "baseline.chisq.scaled": scaledBaseline.chisq,
    "baseline.df.scaled": scaledBaseline.df,
    "baseline.pvalue.scaled": chiSquaredPValue(scaledBaseline.chisq, scaledBaseline.df),
    "baseline.chisq.scaling.factor": scaledBaseline.scaling,
    "cfi.scaled": comparativeFit(h0, b0),
    "tli.scaled": tli,
    "nnfi.scaled": tli,
    "rfi.scaled": relativeFit(h0, b0),
    "nfi.scaled": normedFit(h0, b0),
    "pnfi.scaled": parsimonyNormedFit(h0, b0),
    "ifi.scaled": incrementalFit(h0, b0),
    "rni.scaled": relativeNoncentrality(h0, b0),
    ...(logLikelihood && {
      "scaling.factor.h1": logLikelihood.saturated,
      "scaling.factor.h0": logLikelihood.model,
    }),
    ...scaledRmsea(input),
    ...(input.kind === "mean.var.adjusted" ? {} : robustMeasures(input)),
  };
}

/** RMSEA of the corrected test: χ² on tr(UΓ) degrees of freedom, or the shifted χ² on its own. */
function scaledRmsea({ kind, test, scaled, multiplier: n, groups }: ScaledInput): Record<string, number> {
  const used: Test =
    kind === "scaled.shifted"
      ? { chisq: scaled.chisq, df: test.df }
      : { chisq: test.chisq, df: scaled.trace };
  const { lower, upper } = rmseaInterval(used, n, groups);
  return {
    "rmsea.scaled": rmseaValue(used, n, groups),
    "rmsea.ci.lower.scaled": lower,
    "rmsea.ci.upper.scaled": upper,
    "rmsea.pvalue.scaled": closeFit(used, n, groups, RMSEA_CLOSE).upper,
    "rmsea.notclose.pvalue.scaled": closeFit(used, n, groups, RMSEA_NOT_CLOSE).lower,
  };
}

/** The factor by which a corrected test shrinks the mean of χ²: its scaling, with the shift spread over df. */
function meanScaling({ scaling, shift, df }: ScaledTest): number {
  return shift === 0 ? scaling : (scaling * (df - shift)) / df;
}

function robustMeasures(input: ScaledInput): Record<string, number> {
  const { test, baseline, scaled, scaledBaseline, multiplier: n, groups } = input;
  const [c, c0] = [meanScaling(scaled), meanScaling(scaledBaseline)];
  return robustIndices({ test, baseline, c, c0, corrected: scaled, cInterval: scaled.scaling, n, groups });
}

/** What robust measures are made of; `cInterval` scales the interval of RMSEA. */
export interface RobustInput {
  readonly test: Test;
  readonly baseline: Test;
  readonly c: number;
  readonly c0: number;
  readonly corrected: Test;
  readonly cInterval: number;
  readonly n: number;
  readonly groups: number;
}

export function robustIndices(input: RobustInput): Record<string, number> {
  const { test, baseline, c, c0, corrected, cInterval, n, groups } = input;
  const tli = tuckerLewis(test, baseline, c, c0);
  const interval = rmseaInterval(corrected, n, groups, cInterval);
  return {
    "cfi.robust": comparativeFit(test, baseline, c, c0),
    "tli.robust": tli,
    "nnfi.robust": tli,
    "rni.robust": relativeNoncentrality(test, baseline, c, c0),
    "rmsea.robust": rmseaValue(test, n, groups, c),
    "rmsea.ci.lower.robust": interval.lower,
    "rmsea.ci.upper.robust": interval.upper,
    "rmsea.pvalue.robust": closeFit(corrected, n, groups, RMSEA_CLOSE, cInterval).upper,
    "rmsea.notclose.pvalue.robust": closeFit(corrected, n, groups, RMSEA_NOT_CLOSE, cInterval).lower,
  };
}
