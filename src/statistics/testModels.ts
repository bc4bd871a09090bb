import { momentCount } from "../data/moments.ts";
import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { evaluateIncomplete, incompleteScoreProducts } from "../fit/missing.ts";
import { modelledMoments, momentJacobian } from "../fit/momentSpace.ts";
import { deviationsFromMean, fourthMomentTrace } from "./caseScores.ts";
import { casesAreFewer, squaredCaseTrace, type SquaresModel } from "./caseSquares.ts";
import { estimatorWeights } from "./estimatorWeights.ts";
import type { Fitted } from "./fitted.ts";
import { exogenousIndices } from "./logLikelihood.ts";
import { requireCases, sampleFourthMoments } from "./robust.ts";
import { type MomentModel, type MomentSample, traceOfProduct } from "./scaledTest.ts";
import { fittedGammaMeat, fittedScoreMeat, scoredMoves } from "./scoreMeats.ts";

/** What corrections for non-normality need of the data. */
export function momentSample(fitted: Fitted): MomentSample {
  const { problem, states } = fitted;
  const { meanStructure } = problem.model;
  const count = problem.moments.reduce((sum, { names: { length: k } }, g) => {
    const x = exogenousIndices(problem, g).length;
    return sum + momentCount(k, meanStructure) - (x > 0 ? momentCount(x, meanStructure) : 0);
  }, 0);
  return {
    count,
    gammas: () => states.map((_, g) => sampleFourthMoments(fitted, g)),
    saturatedTrace: () => states.reduce((sum, _, g) => sum + groupSaturatedTrace(fitted, g), 0),
  };
}

function groupSaturatedTrace(fitted: Fitted, g: number): number {
  const { problem, incomplete } = fitted;
  const { covariance, mean, names } = problem.moments[g]!;
  const k = names.length;
  const covariates = exogenousIndices(problem, g);
  const group = incomplete?.[g];
  if (!group) {
    const cases = deviationsFromMean(requireCases(fitted, g), covariates);
    const { inverse } = invertPositiveDefinite(covariance, k)!;
    return fourthMomentTrace(cases, inverse, problem.model.meanStructure);
  }
  const { table, patterns } = group;
  const index = modelledMoments(k, true, covariates);
  const part = (matrix: Float64Array): Float64Array => submatrix(matrix, momentCount(k, true), index);
  const products = part(incompleteScoreProducts(table, patterns, covariance, mean!));
  const information = part(evaluateIncomplete(patterns, k, covariance, mean!, 0)!.curvature());
  const inverted = invertPositiveDefinite(
    information.map((value) => 0.5 * value),
    index.length,
  );
  return inverted ? traceOfProduct(products, inverted.inverse) : NaN;
}

/** The fitted model as the corrections see it. */
export function fittedMomentModel(fitted: Fitted, unitInverse: Float64Array): MomentModel {
  const { states, theta, problem } = fitted;
  return {
    t: theta.length,
    unitInverse,
    shares: states.map(({ weight }) => weight),
    deltas: () => states.map((state) => momentJacobian(state, theta.length)),
    weights: () => estimatorWeights(fitted),
    scoreMeat: () => fittedScoreMeat(fitted),
    gammaMeat: () => fittedGammaMeat(fitted),
    gammaTrace: () =>
      states.reduce((sum, { inverse, meanStructure }, g) => {
        const cases = deviationsFromMean(requireCases(fitted, g), exogenousIndices(problem, g));
        return sum + fourthMomentTrace(cases, inverse, meanStructure);
      }, 0),
    caseSquares: caseSquares(fitted, theta.length, unitInverse, (g) => ({
      w: states[g]!.inverse,
      moves: scoredMoves(fitted, g),
    })),
  };
}

/** The squared traces of normal-theory models of complete data from the cases, where that is the cheaper way. */
export function caseSquares(
  fitted: Fitted,
  t: number,
  unitInverse: Float64Array,
  ofGroup: (g: number) => Pick<SquaresModel, "w" | "moves">,
): (() => number) | undefined {
  const { states, settings, incomplete, problem } = fitted;
  const isCheap = states.every(({ k, meanStructure, moments: { n } }) =>
    casesAreFewer(n, k, t, momentCount(k, meanStructure)),
  );
  if (!isCheap || incomplete || settings.family !== "likelihood") return undefined;
  return () =>
    states.reduce((sum, { weight: share, meanStructure: withMeans }, g) => {
      const cases = deviationsFromMean(requireCases(fitted, g), exogenousIndices(problem, g));
      return sum + squaredCaseTrace(cases, { ...ofGroup(g), unitInverse, t, share, withMeans });
    }, 0);
}
