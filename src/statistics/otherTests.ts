import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { expectedWeight, modelledMoments, momentVector, observedWeight } from "../fit/momentSpace.ts";
import { likelihoodTarget } from "../fit/groupState.ts";
import { FIXED } from "../model/model.ts";
import { baselineDegrees } from "./baseline.ts";
import { baselineMomentModel } from "./baselineModel.ts";
import { groupDiscrepancies } from "./discrepancyValue.ts";
import type { Fitted } from "./fitted.ts";
import { normalGoodnessOfFit } from "./goodnessOfFit.ts";
import { type IncompleteGroup, incompleteBaselineTest, incompleteLogLikelihood } from "./incomplete.ts";
import { incompleteRobustMeasures, pairwiseMoments } from "./incompleteMeasures.ts";
import type { Test } from "./incrementalFit.ts";
import { invertUnit } from "./invertUnit.ts";
import { leastSquaresBaseline } from "./leastSquaresBaseline.ts";
import { exogenousIndices } from "./logLikelihood.ts";
import { momentInformation } from "./otherInformation.ts";
import { scaledMeasures } from "./scaledMeasures.ts";
import { scaleTest } from "./scaledTest.ts";
import { fittedMomentModel, momentSample } from "./testModels.ts";
import { likelihoodParts, type TestParts } from "./testParts.ts";

/** What tests are made of, for every estimator. */
export function testParts(fitted: Fitted): TestParts {
  if (fitted.incomplete) return incompleteParts(fitted, fitted.incomplete);
  return fitted.settings.family === "likelihood" ? likelihoodParts(fitted) : leastSquaresParts(fitted);
}

function incompleteParts(fitted: Fitted, groups: readonly IncompleteGroup[]): TestParts {
  const { problem } = fitted;
  return {
    values: groupDiscrepancies(fitted),
    baseline: () => incompleteBaselineTest(groups, baselineDegrees(problem.model, problem.moments)),
    logLikelihood: (value) => incompleteLogLikelihood(problem, groups, value),
    goodnessOfFit: weightedGoodnessOfFit(fitted, fitted.momentWeights!),
  };
}

function leastSquaresParts(fitted: Fitted): TestParts {
  const { problem, states, settings, momentWeights } = fitted;
  const { model, moments } = problem;
  const parts = { values: groupDiscrepancies(fitted), logLikelihood: () => NaN };
  const baseline = (weights: readonly Float64Array[]): Test =>
    leastSquaresBaseline(model, moments, weights, settings.lost);
  if (momentWeights) {
    return {
      ...parts,
      baseline: () => baseline(momentWeights),
      goodnessOfFit: weightedGoodnessOfFit(fitted, momentWeights),
    };
  }
  const inverses = states.map(
    ({ moments: { covariance }, k }) => invertPositiveDefinite(covariance, k)!.inverse,
  );
  const exogenous = states.map((_, g) => exogenousIndices(problem, g));
  return {
    ...parts,
    baseline: () => baseline(inverses.map((w, g) => expectedWeight(w, states[g]!.k, model.meanStructure))),
    goodnessOfFit: normalGoodnessOfFit(states, inverses, exogenous),
  };
}

/** GFI = 1 − r'Vr / s'Vs, with weights V on the moments. */
function weightedGoodnessOfFit(
  { problem, states, incomplete }: Fitted,
  weights: readonly Float64Array[],
): number {
  return states.reduce((sum, { k, meanStructure, moments, sigma, mu, weight }, g) => {
    const group = incomplete?.[g];
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

/** What corrections for non-normality and for missing values add to the measures. */
export function correctedMeasures(
  fitted: Fitted,
  test: Test,
  baseline: Test,
  unitInverse: () => Float64Array,
): Record<string, number> {
  const { settings, multiplier, states } = fitted;
  const incomplete = incompleteRobustMeasures(fitted, test.df, baseline.df);
  const kind = settings.test;
  if (kind === "standard") return incomplete;
  const scaled = { test, baseline, ...scaledTests(fitted, test, baseline, unitInverse()) };
  return { ...scaledMeasures({ kind, ...scaled, multiplier, groups: states.length }), ...incomplete };
}

/** The corrected tests of the model and of the independence model. */
function scaledTests(fitted: Fitted, test: Test, baseline: Test, unitInverse: Float64Array) {
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
