import type { Table } from "../data/moments.ts";
import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import type { Problem } from "../engine/engine.ts";
import { DataError } from "../errors.ts";
import type { GroupState } from "../fit/groupState.ts";
import { expectedIncompleteWeight, incompleteLikelihood } from "../fit/missing.ts";
import type { MomentDiscrepancy } from "../fit/momentObjective.ts";
import { weightedLeastSquares } from "../fit/weightedLeastSquares.ts";
import { fourthMoments } from "./caseMoments.ts";
import type { IncompleteGroup } from "./incomplete.ts";
import { exogenousIndices } from "./logLikelihood.ts";
import type { Settings } from "./settings.ts";

/** A discrepancy in moment space, by groups, and its weights at the estimates. */
export interface MomentForm {
  readonly discrepancies: readonly MomentDiscrepancy[];
  weights(states: readonly GroupState[]): readonly Float64Array[];
}

/** The likelihood of incomplete data, and its expected unit information. */
export function incompleteForm(groups: readonly IncompleteGroup[]): MomentForm {
  return {
    discrepancies: groups.map(({ patterns, saturatedValue, moments: { names } }) =>
      incompleteLikelihood(patterns, names.length, saturatedValue),
    ),
    weights: (states) =>
      groups.map(({ patterns }, g) => expectedIncompleteWeight(patterns, states[g]!.k, states[g]!.sigma)),
  };
}

/** (s − σ)ᵀV(s − σ). */
export function leastSquaresForm(
  problem: Problem,
  cases: readonly Table[] | undefined,
  settings: Settings,
): MomentForm {
  const weights = momentWeights(problem, cases, settings);
  const { model, moments } = problem;
  const discrepancies = weights.map((weight, g) =>
    weightedLeastSquares(moments[g]!, weight, model.meanStructure),
  );
  return { discrepancies, weights: () => weights };
}

/** The weights V of (s − σ)ᵀV(s − σ): Γ⁻¹ (WLS), its diagonal's inverse (DWLS) or the identity (ULS). */
function momentWeights(
  problem: Problem,
  cases: readonly Table[] | undefined,
  { family, estimator }: Settings,
): Float64Array[] {
  const { meanStructure } = problem.model;
  return problem.moments.map(({ names: { length: k } }, g) => {
    const m = (meanStructure ? k : 0) + (k * (k + 1)) / 2;
    const diagonal = (value: (a: number) => number): Float64Array =>
      Float64Array.from({ length: m * m }, (_, i) => (i % (m + 1) === 0 ? value(Math.floor(i / m)) : 0));
    if (family === "ULS") return diagonal(() => 1);
    const table = cases?.[g];
    if (!table) {
      throw new DataError(
        `${estimator} needs the raw data: its weights are fourth moments.`,
        "Give the cases instead of a covariance matrix, or use ML, GLS or ULS.",
      );
    }
    const gamma = fourthMoments(table, meanStructure, exogenousIndices(problem, g));
    if (family === "DWLS") return diagonal((a) => 1 / gamma[a * m + a]!);
    const inverted = invertPositiveDefinite(gamma, m);
    if (inverted) return inverted.inverse;
    throw new DataError(
      `WLS needs more cases than the ${m} sample moments, and there are ${table.rows}.`,
      "Use DWLS, ULS or MLM.",
    );
  });
}
