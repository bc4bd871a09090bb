import { momentCount } from "../data/moments.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { constrainedInverse } from "../fit/informationAlgebra.ts";
import { evaluateIncomplete, expectedIncompleteWeight } from "../fit/missing.ts";
import { addQuadraticForm } from "../fit/momentObjective.ts";
import { expectedWeight, modelledMoments, weightBlock } from "../fit/momentSpace.ts";
import { baselineGroup, covariateIndices } from "./baseline.ts";
import {
  deviationsFrom,
  deviationsFromMean,
  fourthMomentTrace,
  type ScoredMove,
  scoreMeat,
} from "./caseScores.ts";
import type { Fitted } from "./fitted.ts";
import { incompleteBaseline } from "./incomplete.ts";
import { exogenousIndices } from "./logLikelihood.ts";
import { requireCases, scoreProducts } from "./robust.ts";
import type { MomentModel } from "./scaledTest.ts";
import { sumOverGroups } from "./scoreMeats.ts";
import { caseSquares } from "./testModels.ts";

/** One group of the independence model at its fit. */
interface BaselineState {
  readonly k: number;
  readonly sigma: Float64Array;
  readonly mu: Float64Array;
  readonly inverse: Float64Array;
  /** Positions of its free moments among all m, and the entries that they are. */
  readonly index: readonly number[];
  readonly moves: readonly ScoredMove[];
  /** Normal-theory weight V of all moments, m×m, and the information of its own. */
  readonly weight: () => Float64Array;
  readonly information: () => Float64Array;
}

/** The independence model as the corrections see it: each group's free (co)variances and means are its parameters. */
export function baselineMomentModel(fitted: Fitted): MomentModel {
  const { states, problem, incomplete } = fitted;
  const { meanStructure } = problem.model;
  const counts = states.map((_, g) => baselineState(fitted, g, 0).index.length);
  const starts = counts.map((_, g) => counts.slice(0, g).reduce((sum, count) => sum + count, 0));
  const t = counts.reduce((sum, count) => sum + count, 0);
  const groups = states.map((_, g) => baselineState(fitted, g, starts[g]!));
  const shares = states.map(({ weight }) => weight);
  const unit = new Float64Array(t * t);
  groups.forEach(({ index, information }, g) => {
    const f = index.length;
    const block = information();
    for (let i = 0; i < f; i++) {
      const row = (starts[g]! + i) * t + starts[g]!;
      for (let j = 0; j < f; j++) unit[row + j] = shares[g]! * block[i * f + j]!;
    }
  });
  const deltas = (): Float64Array[] =>
    groups.map(({ index, weight }, g) => {
      const delta = new Float64Array(Math.sqrt(weight().length) * t);
      index.forEach((a, i) => (delta[a * t + starts[g]! + i] = 1));
      return delta;
    });
  const gammaCases = (g: number) => deviationsFromMean(requireCases(fitted, g), exogenousIndices(problem, g));
  const unitInverse = constrainedInverse(unit, t, new Float64Array(0)) ?? unit.map(() => NaN);
  return {
    t,
    unitInverse,
    shares,
    deltas,
    weights: () => groups.map(({ weight }) => weight()),
    scoreMeat() {
      if (incomplete) {
        const out = new Float64Array(t * t);
        deltas().forEach((delta, g) =>
          addQuadraticForm(delta, scoreProducts(fitted, g, groups[g]!), t, shares[g]!, out),
        );
        return out;
      }
      return sumOverGroups(shares, t, (g) => {
        const { mu, inverse, moves } = groups[g]!;
        return scoreMeat(deviationsFrom(requireCases(fitted, g), mu), inverse, moves, t, false);
      });
    },
    gammaMeat: () =>
      sumOverGroups(shares, t, (g) =>
        scoreMeat(gammaCases(g), groups[g]!.inverse, groups[g]!.moves, t, true),
      ),
    gammaTrace: () =>
      groups.reduce(
        (sum, { inverse }, g) => sum + fourthMomentTrace(gammaCases(g), inverse, meanStructure),
        0,
      ),
    caseSquares: caseSquares(fitted, t, unitInverse, (g) => ({
      w: groups[g]!.inverse,
      moves: groups[g]!.moves,
    })),
  };
}

/** The fit of the independence model to group g, its parameters numbered from `start`. */
function baselineState(fitted: Fitted, g: number, start: number): BaselineState {
  const { problem, states, settings, incomplete } = fitted;
  const { moments, k, meanStructure } = states[g]!;
  const { sigma, inverse, free } = baselineGroup(moments, covariateIndices(problem.model, g, moments.names));
  const modelled = new Set(modelledMoments(k, meanStructure, exogenousIndices(problem, g)));
  const offset = meanStructure ? k : 0;
  const all = [
    ...Array.from({ length: offset }, (_, i) => ({ at: i, entry: { row: i }, move: meanMove(k, i) })),
    ...free.map(([i, j]) => ({
      at: offset + (j * (j + 1)) / 2 + i,
      entry: { row: j, column: i },
      move: covarianceMove(k, i, j),
    })),
  ].filter(({ at }) => modelled.has(at));
  const index = all.map(({ at }) => at);
  const moves = all.map(({ move }, i) => Object.assign({}, move, { parameter: start + i, factor: 1 }));
  const observed = settings.information === "observed";
  const group = incomplete?.[g];
  if (group) {
    const at = incompleteBaseline(group);
    const m = momentCount(k, meanStructure);
    const weight = (): Float64Array => expectedIncompleteWeight(group.patterns, k, at.sigma);
    const curvature = (): Float64Array =>
      evaluateIncomplete(group.patterns, k, at.sigma, at.mean, 0)!
        .curvature()
        .map((value) => 0.5 * value);
    const information = (): Float64Array => submatrix((observed ? curvature : weight)(), m, index);
    return { k, sigma: at.sigma, mu: at.mean, inverse, index, moves, weight, information };
  }
  const mu = moments.mean ?? new Float64Array(k);
  const weight = (): Float64Array => expectedWeight(inverse, k, meanStructure);
  const entries = all.map(({ entry }) => entry);
  const information = (): Float64Array =>
    weightBlock(inverse, k, entries, observed ? moments.covariance : undefined);
  return { k, sigma, mu, inverse, index, moves, weight, information };
}

function unitVector(k: number, i: number): Float64Array {
  const vector = new Float64Array(k);
  vector[i] = 1;
  return vector;
}

function meanMove(k: number, i: number) {
  const none = new Float64Array(k);
  return { u: none, v: none, weight: 0, mean: unitVector(k, i) };
}

function covarianceMove(k: number, i: number, j: number) {
  return { u: unitVector(k, i), v: unitVector(k, j), weight: i === j ? 0.5 : 1, mean: undefined };
}
