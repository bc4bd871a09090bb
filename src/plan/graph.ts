import { FIXED, type Entry, observedIndices, type Structure } from "../model/model.ts";
import { topologicalOrder } from "../model/topology.ts";

/**
 * Compressed lists of lists: those of item i are `values[start[i]] … values[start[i + 1] − 1]`.
 * All tables of a plan are 32-bit, because that is what WGSL reads.
 */
export interface Lists {
  readonly start: Uint32Array;
  readonly values: Uint32Array;
}

/**
 * Entries of Λ, then of B, then of Ψ, in one numbering e: what a kernel calls an edge.
 * The value of e is `constant[e] · θ[parameter[e]]`, or `constant[e]` where `parameter[e]` is `FIXED`.
 * An entry of Ψ stands once; its `column` is the source with fewer effects, which makes its gradient cheap.
 */
export interface Entries {
  readonly count: number;
  readonly loadings: { readonly first: number; readonly count: number };
  readonly paths: { readonly first: number; readonly count: number };
  readonly covariances: { readonly first: number; readonly count: number };
  readonly row: Uint32Array;
  readonly column: Uint32Array;
  readonly parameter: Int32Array;
  readonly constant: Float32Array;
}

/**
 * A structure in flat tables: variables renumbered in topological order (B is strictly upper triangular), entries
 * sorted so that those of one effect are neighbours, observed variables ascending.
 */
export interface Graph {
  readonly p: number;
  readonly q: number;
  /** Number of observed variables. */
  readonly k: number;
  readonly parameterCount: number;
  /** Stated index of the variable at each topological position. */
  readonly order: Uint32Array;
  /** Topological positions of the observed variables, ascending. */
  readonly observed: Uint32Array;
  /** Place of each of them in the sample's moments. */
  readonly moment: Uint32Array;
  readonly entries: Entries;
  /** Entry numbers: loadings of a source, loadings on a variable, paths into it, paths out of it. */
  readonly loadingsOfSource: Lists;
  readonly loadingsOfVariable: Lists;
  readonly pathsInto: Lists;
  readonly pathsOutOf: Lists;
  /** Entries of Ψ that stand in row l or column l; an off-diagonal one is listed in both. */
  readonly covariancesOfSource: Lists;
  readonly entriesOfParameter: Lists;
}

/**
 * The flat tables of a structure for a model with `parameterCount` free parameters.
 * Pass the structure through `exogeniseRoots` first: fewer variables, fewer layers.
 *
 * @throws ModelError naming the variables of a cycle.
 */
export function planGraph(structure: Structure, parameterCount: number): Graph {
  const order = Uint32Array.from(topologicalOrder(structure));
  const position = new Uint32Array(order.length);
  order.forEach((variable, index) => (position[variable] = index));
  const p = order.length;
  const q = structure.sources.length;
  const places = observedIndices(structure)
    .map((variable, moment) => ({ position: position[variable]!, moment }))
    .sort((one, other) => one.position - other.position);
  const entries = flatten(structure, position);
  const { loadings, paths, covariances, row, column, parameter } = entries;
  const off = numbers(covariances).filter((e) => row[e] !== column[e]);
  return {
    p,
    q,
    k: places.length,
    parameterCount,
    order,
    observed: Uint32Array.from(places, (place) => place.position),
    moment: Uint32Array.from(places, (place) => place.moment),
    entries,
    loadingsOfSource: lists(q, numbers(loadings), (e) => row[e]!),
    loadingsOfVariable: lists(p, numbers(loadings), (e) => column[e]!),
    pathsInto: lists(p, numbers(paths), (e) => column[e]!),
    pathsOutOf: lists(p, numbers(paths), (e) => row[e]!),
    covariancesOfSource: lists(q, [...numbers(covariances), ...off], (e, index) =>
      index < covariances.count ? row[e]! : column[e]!,
    ),
    entriesOfParameter: lists(
      parameterCount,
      numbers({ first: 0, count: entries.count }).filter((e) => parameter[e] !== FIXED),
      (e) => parameter[e]!,
    ),
  };
}

/** The values of list `index`. */
export function listOf(lists: Lists, index: number): Uint32Array {
  return lists.values.subarray(lists.start[index]!, lists.start[index + 1]!);
}

/** The entry numbers of a range. */
export function numbers(range: { readonly first: number; readonly count: number }): number[] {
  return Array.from({ length: range.count }, (_, index) => range.first + index);
}

/** Sorts `values` into `count` lists by `keyOf`, keeping their order (a counting sort). */
export function lists(
  count: number,
  values: readonly number[],
  keyOf: (value: number, index: number) => number,
): Lists {
  const start = new Uint32Array(count + 1);
  values.forEach((value, index) => start[keyOf(value, index) + 1]!++);
  for (let i = 0; i < count; i++) start[i + 1]! += start[i]!;
  const next = start.slice();
  const sorted = new Uint32Array(values.length);
  values.forEach((value, index) => (sorted[next[keyOf(value, index)]!++] = value));
  return { start, values: sorted };
}

function transposed(entry: Entry): Entry {
  return { ...entry, row: entry.column, column: entry.row };
}

function flatten(structure: Structure, position: Uint32Array): Entries {
  const same = (index: number): number => index;
  const place = (index: number): number => position[index]!;
  const byColumn = (one: Entry, other: Entry): number => one.column - other.column || one.row - other.row;
  const byRow = (one: Entry, other: Entry): number => one.row - other.row || one.column - other.column;
  const moved = (
    list: readonly Entry[],
    row: (i: number) => number,
    column: (i: number) => number,
  ): Entry[] => list.map((entry) => ({ ...entry, row: row(entry.row), column: column(entry.column) }));
  const loadings = moved(structure.loadings, same, place).sort(byColumn);
  const paths = moved(structure.paths, place, place).sort(byColumn);
  const effects = new Uint32Array(structure.sources.length);
  for (const { row } of loadings) effects[row]!++;
  const covariances = moved(structure.covariances, same, same)
    .map((entry) => (effects[entry.row]! < effects[entry.column]! ? transposed(entry) : entry))
    .sort(byRow);
  const all = [...loadings, ...paths, ...covariances];
  return {
    count: all.length,
    loadings: { first: 0, count: loadings.length },
    paths: { first: loadings.length, count: paths.length },
    covariances: { first: loadings.length + paths.length, count: covariances.length },
    row: Uint32Array.from(all, (entry) => entry.row),
    column: Uint32Array.from(all, (entry) => entry.column),
    parameter: Int32Array.from(all, (entry) => entry.parameter),
    constant: Float32Array.from(all, (entry) => (entry.parameter === FIXED ? entry.value : entry.factor)),
  };
}
