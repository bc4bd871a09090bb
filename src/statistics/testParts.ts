import { exogenousIndices, likelihoodDiscrepancy, logLikelihood } from "./logLikelihood.ts";
import { likelihoodBaseline } from "./baseline.ts";
import type { Fitted } from "./fitted.ts";
import { normalGoodnessOfFit } from "./goodnessOfFit.ts";
import type { Test } from "./incrementalFit.ts";

/** What tests and measures of fit are made of; every family of estimators has its own. */
export interface TestParts {
  /** F of each group at θ̂; NaN where Σ̂ is not positive definite. */
  readonly values: readonly number[];
  /** χ² of the independence model by the same estimator. */
  baseline(): Test;
  /** ln L where F has the given value. */
  logLikelihood(value: number): number;
  readonly goodnessOfFit: number;
}

/** Maximum likelihood of complete data. */
export function likelihoodParts({ problem, states, settings }: Fitted): TestParts {
  const { model, moments } = problem;
  const exogenous = states.map((_, g) => exogenousIndices(problem, g));
  const weights = states.map(({ inverse }) => inverse);
  return {
    values: states.map(likelihoodDiscrepancy),
    baseline: () => likelihoodBaseline(model, moments, settings.lost),
    logLikelihood: (value) => logLikelihood(problem, value),
    goodnessOfFit: normalGoodnessOfFit(states, weights, exogenous),
  };
}
