import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { evaluateConstraints, hasConstraints } from "../fit/constraints.ts";
import { nullSpaceBasis } from "../fit/informationAlgebra.ts";
import {
  expectedWeight,
  likelihoodTarget,
  modelledMoments,
  momentCount,
  momentVector,
  observedWeight,
} from "../fit/momentSpace.ts";
import { invertUnit, momentInformation } from "./information.ts";
import { baselineDegrees, leastSquaresBaseline, likelihoodBaseline } from "./baseline.ts";
import { estimatorWeights } from "./covarianceOfEstimates.ts";
import { groupDiscrepancies } from "./discrepancyValue.ts";
import { fitMeasures } from "./fitMeasures.ts";
import type { Fitted } from "./fitted.ts";
import { normalGoodnessOfFit } from "./goodnessOfFit.ts";
import { incompleteBaselineTest, incompleteLogLikelihood } from "./incomplete.ts";
import { incompleteRobustMeasures, pairwiseMoments } from "./incompleteMeasures.ts";
import type { Test } from "./incrementalFit.ts";
import { exogenousIndices, logLikelihood } from "./logLikelihood.ts";
import { residualMeasures } from "./residualMeasures.ts";
import { scaledMeasures } from "./scaledMeasures.ts";
import { baselineMomentModel } from "./baselineModel.ts";
import { scaleTest } from "./scaledTest.ts";
import { fittedMomentModel, momentSample } from "./testModels.ts";
import { FIXED } from "../model/model.ts";

/** Free parameters less independent equality constraints. */
export function freeParameterCount({ problem: { model }, theta }: Fitted): number {
  if (!hasConstraints(model)) return theta.length;
  const { equalities, equalityJacobian } = evaluateConstraints(model, theta);
  return nullSpaceBasis(equalityJacobian, equalities.length, theta.length).f;
}

/** Sample moments of all groups, and how many of them covariates fix (fixed.x). */
export function countMoments({ problem: { model }, states }: Fitted): { all: number; fixed: number } {
  const all = states.reduce((sum, { k, meanStructure }) => sum + momentCount(k, meanStructure), 0);
  return { all, fixed: model.rows.filter(({ exogenous }) => exogenous).length };
}

/**
 * The E⁻¹ of the yuan.bentler.mplus test: MLR takes that of the standard errors; asked for by itself, the test takes
 * Σ (n_g/N) ΔᵀKΔ with the observed information K of the saturated model at Σ̂ (lavaan's observed.information "h1").
 */
function testInverse(fitted: Fitted, unitInverse: Float64Array): Float64Array {
  if (fitted.settings.estimator === "MLR") return unitInverse;
  const weights = fitted.states.map((state) =>
    observedWeight(state.inverse, likelihoodTarget(state), state.k, state.meanStructure),
  );
  return invertUnit(fitted, momentInformation(fitted, weights)) ?? unitInverse;
}

/** Whether the discrepancy that was minimised yields a χ² statistic. */
function hasTest({ problem: { discrepancy }, settings: { family } }: Fitted): boolean {
  return family !== "likelihood" || discrepancy === "maximumLikelihood";
}

/** χ² = Σ_g (n_g − lost) F_g with its degrees of freedom; NaN where the model has more parameters than moments. */
export function chiSquaredTest(fitted: Fitted): Test {
  const { all, fixed } = countMoments(fitted);
  const df = all - fixed - freeParameterCount(fitted);
  const values = groupDiscrepancies(fitted);
  const chisq = fitted.states.reduce(
    (sum, { moments }, g) => sum + (moments.n - fitted.settings.lost) * Math.max(0, values[g]!),
    0,
  );
  return { chisq: df < 0 || !hasTest(fitted) ? NaN : chisq, df };
}

/** χ² of the independence model by the same estimator. */
export function baselineTest(fitted: Fitted): Test {
  const { problem, settings, states } = fitted;
  const { model, moments } = problem;
  if (fitted.incomplete) {
    return incompleteBaselineTest(fitted.incomplete, baselineDegrees(model, moments));
  }
  if (settings.family === "likelihood") return likelihoodBaseline(model, moments, settings.lost);
  const weights =
    fitted.momentWeights ??
    states.map(({ moments: { covariance, names } }) => {
      const { inverse } = invertPositiveDefinite(covariance, names.length)!;
      return expectedWeight(inverse, names.length, model.meanStructure);
    });
  return leastSquaresBaseline(model, moments, weights, settings.lost);
}

/** All fit measures of a fitted model; `unitInverse` gives E⁻¹ of its information, where the model is identified. */
export function modelFitMeasures(
  fitted: Fitted,
  unitInverse: (() => Float64Array) | undefined,
): Record<string, number> {
  const { problem, settings, states, observations, multiplier } = fitted;
  const test = chiSquaredTest(fitted);
  const isLikelihood = settings.family === "likelihood";
  const values = groupDiscrepancies(fitted);
  const mean = states.reduce((sum, { weight, moments }, g) => {
    const share = isLikelihood ? 1 : (moments.n - 1) / moments.n;
    return sum + weight * share * values[g]!;
  }, 0);
  const logl = (value: number): number =>
    fitted.incomplete
      ? incompleteLogLikelihood(problem, fitted.incomplete, value)
      : logLikelihood(problem, value);
  const baseline = test.df < 0 ? { chisq: NaN, df: NaN } : baselineTest(fitted);
  const measures = fitMeasures({
    test,
    baseline,
    fmin: mean / 2,
    npar: freeParameterCount(fitted),
    sampleMoments: countMoments(fitted).all,
    observations,
    multiplier,
    groups: states.length,
    logLikelihood: isLikelihood ? { model: logl(mean), saturated: logl(0) } : undefined,
    hasPValue: settings.family !== "ULS",
    goodnessOfFit: goodnessOfFit(fitted),
    residuals: residualMeasures(states),
  });
  if (!unitInverse) return measures;
  const incomplete = incompleteRobustMeasures(fitted, test.df, baseline.df);
  if (settings.test === "standard") return { ...measures, ...incomplete };
  const scaled = { test, baseline, ...scaledTests(fitted, test, baseline, unitInverse()) };
  const kind = settings.test;
  return {
    ...measures,
    ...scaledMeasures({ kind, ...scaled, multiplier, groups: states.length }),
    ...incomplete,
  };
}

/** The corrected tests of the model and of the independence model. */
export function scaledTests(fitted: Fitted, test: Test, baseline: Test, unitInverse: Float64Array) {
  const sample = momentSample(fitted);
  const kind = fitted.settings.test;
  const inverse = kind === "yuan.bentler.mplus" ? testInverse(fitted, unitInverse) : unitInverse;
  const model = fittedMomentModel(fitted, inverse);
  // lavaan counts a parameter once for every row that it stands in.
  const rows = fitted.problem.model.rows.filter(({ parameter }) => parameter !== FIXED).length;
  const independence = baselineMomentModel(fitted);
  return {
    scaled: scaleTest(test, kind, model, sample, rows),
    scaledBaseline: scaleTest(baseline, kind, independence, sample, independence.t),
  };
}

function goodnessOfFit(fitted: Fitted): number {
  const { problem, settings, states } = fitted;
  if (!fitted.momentWeights) {
    const weights = states.map(({ inverse, moments, k }) =>
      settings.family === "GLS" ? invertPositiveDefinite(moments.covariance, k)!.inverse : inverse,
    );
    return normalGoodnessOfFit(
      states,
      weights,
      states.map((_, g) => exogenousIndices(problem, g)),
    );
  }
  const weights = estimatorWeights(fitted);
  return states.reduce((sum, { k, meanStructure, moments, sigma, mu, weight }, g) => {
    const group = fitted.incomplete?.[g];
    const sample = group
      ? pairwiseMoments(group.table)
      : momentVector(moments.covariance, meanStructure ? moments.mean : undefined, k);
    const implied = momentVector(sigma, meanStructure ? mu : undefined, k);
    // Moments of fixed covariates alone are the sample's by assumption and do not count.
    const index = modelledMoments(k, meanStructure, exogenousIndices(problem, g));
    const v = submatrix(weights[g]!, sample.length, index);
    const residual = Float64Array.from(index, (a) => sample[a]! - implied[a]!);
    const whole = Float64Array.from(index, (a) => sample[a]!);
    return sum + weight * (1 - quadratic(v, residual) / quadratic(v, whole));
  }, 0);
}

function quadratic(v: Float64Array, x: Float64Array): number {
  const m = x.length;
  let sum = 0;
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) sum += x[a]! * v[a * m + b]! * x[b]!;
  return sum;
}
