import { dot, invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
import type { GroupState } from "../fit/groupState.ts";
import { quadraticValue, timesVector } from "../fit/informationAlgebra.ts";
import { fullGradient } from "../fit/momentObjective.ts";
import { momentJacobian, momentVector } from "../fit/momentSpace.ts";
import type { Fitted } from "./fitted.ts";
import type { Candidate } from "./modificationCandidates.ts";
import { createMoves, type Move, type Place } from "./moves.ts";

/** Unit score −½ ∂F/∂c of a candidate, and its expected unit information with itself and with θ. */
export interface CandidateDirection {
  readonly score: number;
  readonly own: number;
  readonly cross: Float64Array;
}

/** Makes the function that measures candidates of group g; `gradient` is ∂F_g by its moments. */
export function createDirections(
  fitted: Fitted,
  g: number,
  gradient: Float64Array,
): (candidate: Candidate) => CandidateDirection {
  const state = fitted.states[g]!;
  const move = createMoves(state);
  const measure = fitted.momentWeights
    ? momentMeasure(state, fitted.momentWeights[g]!, fitted.theta.length)
    : normalMeasure(state, normalWeight(fitted, state), fitted.theta.length);
  const { covariance, mean } = fullGradient(gradient, state);
  // The least-squares objective weighs a group by n_g − 1, its information by n_g; lavaan does the same.
  const { n } = state.moments;
  const share = (fitted.settings.family === "likelihood" ? 1 : (n - 1) / n) * state.weight;
  return (candidate) => {
    const moved = move(candidatePlace(state, candidate));
    const { u, v, weight } = moved;
    const slope =
      2 * weight * dot(u, 0, timesVector(covariance, v), 0, state.k) +
      (mean && moved.mean ? dot(mean, 0, moved.mean, 0, state.k) : 0);
    return { score: -0.5 * share * slope, ...measure(moved) };
  };
}

function normalWeight(
  { settings }: Fitted,
  { moments: { covariance }, inverse, k }: GroupState,
): Float64Array {
  return settings.family === "GLS" ? invertPositiveDefinite(covariance, k)!.inverse : inverse;
}

type Measure = (move: Move) => Pick<CandidateDirection, "own" | "cross">;

/** ½ tr(W dΣ_c W dΣ_j) + dμ_c W dμ_j by the rank-two form of both: O(k) for each pair. */
function normalMeasure(state: GroupState, w: Float64Array, t: number): Measure {
  const { k, weight, freeEntries } = state;
  const move = createMoves(state);
  const apply = (x: Float64Array): Float64Array => timesVector(w, x);
  const entries = freeEntries.map(({ place, parameter, factor }) => {
    const moved = move(place);
    return {
      parameter,
      scale: factor * moved.weight,
      factor,
      wu: apply(moved.u),
      wv: apply(moved.v),
      wMean: moved.mean && apply(moved.mean),
    };
  });
  const inner = (x: Float64Array, y: Float64Array): number => dot(x, 0, y, 0, k);
  return ({ u, v, weight: scale, mean }) => {
    const cross = new Float64Array(t);
    for (const entry of entries) {
      const { wu, wv, wMean } = entry;
      let value = scale * entry.scale * (inner(u, wu) * inner(v, wv) + inner(u, wv) * inner(v, wu));
      if (mean && wMean) value += entry.factor * inner(mean, wMean);
      cross[entry.parameter]! += weight * value;
    }
    const [wu, wv] = [apply(u), apply(v)];
    let own = scale * scale * (inner(u, wu) * inner(v, wv) + inner(u, wv) ** 2);
    if (mean) own += inner(mean, apply(mean));
    return { own: weight * own, cross };
  };
}

/** dᵀVd and dᵀVΔ for a full weight V on the moments, m×m. */
function momentMeasure(state: GroupState, v: Float64Array, t: number): Measure {
  const m = Math.sqrt(v.length);
  const weighted = multiply(v, momentJacobian(state, t), m, m, t);
  return (move) => {
    const direction = moments(state, move);
    return {
      own: state.weight * quadraticValue(v, direction),
      cross: multiply(direction, weighted, 1, m, t).map((value) => value * state.weight),
    };
  };
}

function moments({ k, meanStructure }: GroupState, { u, v, weight, mean }: Move): Float64Array {
  const sigma = Float64Array.from({ length: k * k }, (_, i) => {
    const [a, b] = [Math.floor(i / k), i % k];
    return weight * (u[a]! * v[b]! + v[a]! * u[b]!);
  });
  return momentVector(sigma, meanStructure ? (mean ?? new Float64Array(k)) : undefined, k);
}

function candidatePlace({ structure, position }: GroupState, { lhs, op, rhs }: Candidate): Place {
  const variable = (name: string): number => {
    const index = structure.variables.findIndex((candidate) => candidate.name === name);
    return index < 0 ? -1 : position[index]!;
  };
  const [left, right] = [variable(lhs), variable(rhs)];
  switch (op) {
    case "~1":
      return { kind: "intercept", row: 0, column: left };
    case "~":
      return { kind: "path", row: right, column: left };
    case "~~":
      if (left >= 0 && right >= 0) return { kind: "errors", row: left, column: right };
      return {
        kind: "covariance",
        row: structure.sources.indexOf(lhs),
        column: structure.sources.indexOf(rhs),
      };
    default:
      if (left >= 0) return { kind: "path", row: left, column: right };
      return { kind: "loading", row: structure.sources.indexOf(lhs), column: right };
  }
}
