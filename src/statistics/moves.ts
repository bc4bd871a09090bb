import {
  type EntryPlace,
  generatorRows,
  meanGenerator,
  stackLayout,
  stackRows,
} from "../engine/cpu/curvature/generators.ts";
import type { GroupState } from "../fit/groupState.ts";

/** How an entry moves the observed moments: dΣ = weight·(uᵀv + vᵀu), dμ. */
export interface Move {
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly weight: number;
  readonly mean: Float64Array | undefined;
}

/**
 * An entry, or the covariance of the errors of two variables by their positions: it moves Σ by TₐᵀT_b + T_bᵀTₐ with rows
 * of T = (I − B)⁻¹, also where a variable has no error term so far.
 */
export type Place = EntryPlace | { readonly kind: "errors"; readonly row: number; readonly column: number };

/** Makes the function that tells how entries move the observed moments of a group. */
export function createMoves(state: GroupState): (place: Place) => Move {
  const { generators, k, meanStructure } = state;
  const layout = stackLayout(generators.c);
  const stack = stackRows(generators);
  const none = new Float64Array(k);
  const take = (row: number): Float64Array => stack.subarray(row * k, row * k + k);
  return (place) => {
    if (place.kind === "errors") {
      const [u, v] = [take(layout.inverse(place.row)), take(layout.inverse(place.column))];
      return { u, v, weight: place.row === place.column ? 0.5 : 1, mean: undefined };
    }
    const rows = generatorRows(place, layout);
    const moved = meanStructure ? meanGenerator(place, generators.mean) : undefined;
    return {
      u: rows ? take(rows.u) : none,
      v: rows ? take(rows.v) : none,
      weight: rows ? rows.weight : 0,
      mean: moved && take(layout.inverse(moved.variable)).map((value) => value * moved.scale),
    };
  };
}
