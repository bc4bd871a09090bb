import { addQuadraticForm } from "../fit/momentObjective.ts";
import { momentJacobian } from "../fit/momentSpace.ts";
import { deviationsFrom, deviationsFromMean, type ScoredMove, scoreMeat } from "./caseScores.ts";
import type { Fitted } from "./fitted.ts";
import { exogenousIndices } from "./logLikelihood.ts";
import { createMoves } from "./moves.ts";
import { requireCases, satorraBentlerMeat, scoreProducts } from "./robust.ts";

/** The entries of group g with how they move its moments. */
export function scoredMoves(fitted: Fitted, g: number): ScoredMove[] {
  const state = fitted.states[g]!;
  const move = createMoves(state);
  return state.freeEntries.map(({ place, parameter, factor }) =>
    Object.assign({}, move(place), { parameter, factor }),
  );
}

/** Adds groups' t×t matrices, weighted by their shares n_g / N. */
export function sumOverGroups(
  shares: readonly number[],
  t: number,
  ofGroup: (g: number) => Float64Array,
): Float64Array {
  const out = new Float64Array(t * t);
  shares.forEach((share, g) => ofGroup(g).forEach((value, i) => (out[i]! += share * value)));
  return out;
}

/** Mean outer product of the cases' scores by the parameters at θ̂, t×t. */
export function fittedScoreMeat(fitted: Fitted): Float64Array {
  const { states, theta, incomplete } = fitted;
  if (incomplete) {
    const out = new Float64Array(theta.length ** 2);
    states.forEach((state, g) => {
      const products = scoreProducts(fitted, g, state);
      addQuadraticForm(momentJacobian(state, theta.length), products, theta.length, state.weight, out);
    });
    return out;
  }
  const shares = states.map(({ weight }) => weight);
  return sumOverGroups(shares, theta.length, (g) => {
    const { mu, inverse } = states[g]!;
    const cases = deviationsFrom(requireCases(fitted, g), mu);
    return scoreMeat(cases, inverse, scoredMoves(fitted, g), theta.length, false);
  });
}

/** Σ (n_g/N) ΔᵀVΓVΔ at θ̂ with the normal-theory V at Σ̂, t×t; complete data only. */
export function fittedGammaMeat(fitted: Fitted): Float64Array {
  const { states, theta, problem } = fitted;
  const shares = states.map(({ weight }) => weight);
  return sumOverGroups(shares, theta.length, (g) => {
    const cases = deviationsFromMean(requireCases(fitted, g), exogenousIndices(problem, g));
    return scoreMeat(cases, states[g]!.inverse, scoredMoves(fitted, g), theta.length, true);
  });
}

/** M of the sandwich E⁻¹ M E⁻¹ of robust standard errors; `undefined` where they are not asked for. */
export function robustMeat(fitted: Fitted): Float64Array | undefined {
  const { settings, momentWeights } = fitted;
  if (settings.se === "robust.huber.white") return fittedScoreMeat(fitted);
  if (settings.se !== "robust.sem") return undefined;
  return momentWeights ? satorraBentlerMeat(fitted, momentWeights) : fittedGammaMeat(fitted);
}
