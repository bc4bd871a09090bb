import { ModelError } from "../../errors.ts";
import { FIXED, type Entry } from "../../model/model.ts";
import { topologicalOrder } from "../../model/topology.ts";
import { toDense, totalEffectMatrix, variableIndex, type WeightedModel } from "../weighted.ts";

/** Which directed paths from `from` to `to` an effect sums over. */
export interface EffectQuery {
  readonly from: string;
  readonly to: string;
  readonly kind: "total" | "direct" | "indirect" | "specific";
  /** For `specific`: paths that pass through every one of `through`, in any order, and none of `avoiding`. */
  readonly through?: readonly string[];
  readonly avoiding?: readonly string[];
}

/** An effect of a weighted model and how it moves with the parameters. */
export interface PathEffect {
  readonly estimate: number;
  /** ∂ estimate / ∂θ, one entry a parameter of `theta`. */
  readonly gradient: Float64Array;
}

/**
 * The sum over directed paths of the products of their coefficients: with B restricted to the edges the
 * query allows, T = (I − B)⁻¹, the effect is T_xy and ∂T_xy/∂B_ac = T_xa T_cy (Bollen 1987, doi:10.2307/271028).
 * Paths through a set of variables are counted by inclusion and exclusion over paths that avoid its subsets.
 * Throws ModelError for unknown names, for an effect of a variable on itself, and beyond 12 `through` variables.
 */
export function pathEffect(weighted: WeightedModel, query: EffectQuery): PathEffect {
  const { structure } = weighted;
  const from = variableIndex(structure, query.from);
  const to = variableIndex(structure, query.to);
  if (from === to) {
    throw new ModelError(`${query.from} has no effect on itself.`, "Name two different variables.");
  }
  const isDirect = (entry: Entry): boolean => entry.row === from && entry.column === to;
  if (query.kind === "direct") return restricted(weighted, from, to, isDirect);
  if (query.kind === "indirect") return restricted(weighted, from, to, (entry) => !isDirect(entry));
  if (query.kind === "total") return restricted(weighted, from, to, () => true);
  const indices = (names: readonly string[] = []): number[] =>
    names.map((name) => variableIndex(structure, name));
  return throughAll(weighted, [from, to], indices(query.through), indices(query.avoiding));
}

/** Paths through all of `through`: Σ over its subsets of (−1)^|subset| times the paths that avoid the subset. */
function throughAll(
  weighted: WeightedModel,
  [from, to]: readonly [number, number],
  through: readonly number[],
  avoiding: readonly number[],
): PathEffect {
  if (through.length > 12) {
    throw new ModelError(
      `Paths through ${through.length} variables at once are too many to separate.`,
      "Name at most 12 variables that the paths pass through.",
    );
  }
  let estimate = 0;
  const gradient = new Float64Array(weighted.theta.length);
  for (let subset = 0; subset < 2 ** through.length; subset++) {
    const chosen = through.filter((_, bit) => (subset >> bit) & 1);
    const left = new Set([...avoiding, ...chosen]);
    const sign = chosen.length % 2 === 0 ? 1 : -1;
    const part = restricted(weighted, from, to, (entry) => !left.has(entry.row) && !left.has(entry.column));
    estimate += sign * part.estimate;
    part.gradient.forEach((value, parameter) => (gradient[parameter]! += sign * value));
  }
  return { estimate, gradient };
}

/** T_xy and its gradient where only the edges that `allows` accepts exist. */
function restricted(
  weighted: WeightedModel,
  from: number,
  to: number,
  allows: (entry: Entry) => boolean,
): PathEffect {
  const { structure, theta } = weighted;
  const p = structure.variables.length;
  const paths = structure.paths.filter(allows);
  const dense = toDense({ structure: { ...structure, paths }, theta });
  const total = totalEffectMatrix(dense.paths, topologicalOrder(structure));
  const gradient = new Float64Array(theta.length);
  for (const { row, column, parameter, factor } of paths) {
    if (parameter === FIXED) continue;
    gradient[parameter]! += factor * total[from * p + row]! * total[column * p + to]!;
  }
  return { estimate: total[from * p + to]!, gradient };
}
