import { descendants } from "../graph.ts";
import type { Field } from "./field.ts";
import type { LatentFactorGraph } from "./latentFactorGraph.ts";
import { solveLinear } from "./solve.ts";
import type { Witness } from "./witness.ts";

/**
 * How a total effect τ(x → y) follows from Σ.
 * `paths`: τ = Σ_c τ(x → c) β(c → y) over the causes c of y, all of them certified.
 * `adjustment`: the coefficient of x in the regression of y on x and the set (back-door; Pearl 1993).
 * `instrument`: σ(z, y | set) / σ(z, x | set) (conditional instrument; Brito and Pearl 2002).
 * `mediator`: τ(x → y) = τ(x → m) τ(m → y) for a variable m on every directed path.
 */
export type TotalRule =
  | { readonly rule: "paths" }
  | { readonly rule: "adjustment"; readonly set: readonly number[] }
  | { readonly rule: "instrument"; readonly instrument: number; readonly set: readonly number[] }
  | { readonly rule: "mediator"; readonly mediator: number };

/** Beyond this many observed variables only paths are tried: thinning a set costs the fifth power. */
const LARGEST_SEARCH = 40;

/**
 * A rule for a total effect where there is one: along certified edges, else by adjustment, else by a
 * conditional instrument. `edgeKnown` and `totalKnown` say what has a formula already.
 * Adjustment sets are tried where theory says one works if any does (ancestors of x and y outside the descendants
 * of what lies on the causal paths; Perković et al. 2018, JMLR 18(220)), then thinned; every rule must reproduce
 * τ on all witnesses.
 */
export function certifyTotal(
  graph: LatentFactorGraph,
  witnesses: readonly Witness[],
  [from, to]: readonly [number, number],
  edgeKnown: (cause: number, effect: number) => boolean,
  totalKnown: (from: number, to: number) => boolean,
): TotalRule | undefined {
  const below = descendants(graph.effects, [from]);
  const last = graph.causes[to]!.filter((cause) => below.has(cause));
  if (last.every((cause) => edgeKnown(cause, to) && (cause === from || totalKnown(from, cause)))) {
    return { rule: "paths" };
  }
  if (graph.names.length > LARGEST_SEARCH) return undefined;
  const above = descendants(graph.causes, [to]);
  const between = [...below].filter((vertex) => vertex !== from && above.has(vertex));
  const forbidden = descendants(graph.effects, between);
  const ancestors = descendants(graph.causes, [from, to]);
  const set = [...ancestors].filter((vertex) => vertex !== from && !forbidden.has(vertex));
  const adjusts = (candidate: readonly number[]): boolean =>
    witnesses.every(
      (witness) => partialSlope(witness, from, from, to, candidate) === total(witness, from, to),
    );
  if (adjusts(set)) return { rule: "adjustment", set: thinned(set, adjusts) };
  for (const instrument of graph.names.keys()) {
    if (below.has(instrument) || instrument === to) continue;
    for (const conditioned of [[], set.filter((vertex) => vertex !== instrument)]) {
      const works = (candidate: readonly number[]): boolean =>
        witnesses.every(
          (witness) => partialSlope(witness, instrument, from, to, candidate) === total(witness, from, to),
        );
      if (works(conditioned)) return { rule: "instrument", instrument, set: thinned(conditioned, works) };
    }
  }
  return undefined;
}

/** Variables other than the two ends that every directed path from one to the other passes, first to last. */
export function commonMediators(graph: LatentFactorGraph, from: number, to: number): number[] {
  const above = descendants(graph.causes, [to]);
  const between = [...descendants(graph.effects, [from])].filter(
    (vertex) => vertex !== from && vertex !== to && above.has(vertex),
  );
  return between.filter((mediator) => {
    const without = graph.effects.map((list, vertex) => (vertex === mediator ? [] : list));
    return !descendants(without, [from]).has(to);
  });
}

/**
 * σ(z, y | set) / σ(z, x | set) over a field; NaN where it is undefined. With z = x it is the coefficient of x
 * in the regression of y on x and the set. It solves the normal equations with z in place of x on one side:
 * σ(w, x) b + Σ_s σ(w, s) c_s = σ(w, y) for w in {z} ∪ set.
 */
export function partialSlopeOver(
  field: Field,
  sigma: Float64Array,
  k: number,
  [z, x, y]: readonly [number, number, number],
  set: readonly number[],
): number {
  const rows = [z, ...set].map((w) =>
    Float64Array.from([x, ...set, y], (variable) => sigma[w * k + variable]!),
  );
  const { rank, values } = solveLinear(field, rows, set.length + 1);
  return rank === set.length + 1 ? values[0]! : NaN;
}

function partialSlope(witness: Witness, z: number, x: number, y: number, set: readonly number[]): number {
  const k = Math.sqrt(witness.sigma.length);
  return partialSlopeOver(witness.field, witness.sigma, k, [z, x, y], set);
}

function total(witness: Witness, from: number, to: number): number {
  return witness.totals[from * Math.sqrt(witness.totals.length) + to]!;
}

/** Leaves out of a working set whatever it works without. */
function thinned(set: readonly number[], works: (candidate: readonly number[]) => boolean): number[] {
  let kept = [...set];
  for (const vertex of set) {
    const without = kept.filter((other) => other !== vertex);
    if (works(without)) kept = without;
  }
  return kept;
}
