import { exogeniseRoots } from "../../model/exogenise.ts";
import { type Entry, FIXED, observedIndices, type Structure } from "../../model/model.ts";
import { topologicalOrder } from "../../model/topology.ts";

/** Entries of one matrix as parallel arrays; `value` holds the current numbers, refreshed by `loadParameters`. */
export interface EntryTable {
  readonly count: number;
  readonly row: Int32Array;
  readonly column: Int32Array;
  readonly parameter: Int32Array;
  readonly factor: Float64Array;
  readonly value: Float64Array;
}

/** An entry table with the entries of each row (or column) listed from `start[i]` to `start[i + 1]` in `entry`. */
export interface EntryIndex {
  readonly start: Int32Array;
  readonly entry: Int32Array;
}

/**
 * A structure made ready for arithmetic: roots exogenised, variables renumbered in topological order
 * (so B is strictly upper triangular), entries in flat tables.
 */
export interface CompiledStructure {
  /** Variables after exogenisation, sources, observed variables, free parameters of the whole model. */
  readonly p: number;
  readonly q: number;
  readonly k: number;
  readonly parameterCount: number;
  /** Internal position of each observed variable, in the order of the moments. */
  readonly observed: Int32Array;
  /** Whether `observed` is 0 … p−1, so that Σ_full is Σ. */
  readonly fullyObserved: boolean;
  readonly loadings: EntryTable;
  readonly paths: EntryTable;
  readonly covariances: EntryTable;
  readonly intercepts: EntryTable;
  readonly loadingsOfSource: EntryIndex;
  readonly loadingsOfVariable: EntryIndex;
  readonly causesOf: EntryIndex;
}

/** Compiles one group of a model with `parameterCount` free parameters. Throws ModelError on a cycle. */
export function compileStructure(stated: Structure, parameterCount: number): CompiledStructure {
  return compile(exogeniseRoots(stated), parameterCount);
}

/**
 * The same without exogenisation: every stated variable, latent ones too, keeps its place in Σ_full;
 * `position[v]` is the internal position of stated variable v.
 */
export function compileAllVariables(
  stated: Structure,
  parameterCount: number,
): CompiledStructure & { readonly position: Int32Array } {
  return compile(stated, parameterCount);
}

function compile(
  structure: Structure,
  parameterCount: number,
): CompiledStructure & { readonly position: Int32Array } {
  const order = topologicalOrder(structure);
  const position = new Int32Array(order.length);
  order.forEach((variable, index) => (position[variable] = index));
  const p = order.length;
  const q = structure.sources.length;
  const observed = Int32Array.from(observedIndices(structure), (variable) => position[variable]!);
  const inOrder = observed.every((variable, index) => variable === index);
  const loadings = entryTable(
    structure.loadings,
    (row) => row,
    (column) => position[column]!,
  );
  const paths = entryTable(
    structure.paths,
    (row) => position[row]!,
    (column) => position[column]!,
  );
  return {
    position,
    p,
    q,
    k: observed.length,
    parameterCount,
    observed,
    fullyObserved: observed.length === p && inOrder,
    loadings,
    paths,
    covariances: entryTable(
      structure.covariances,
      (row) => row,
      (column) => column,
    ),
    intercepts: entryTable(
      structure.intercepts,
      () => 0,
      (column) => position[column]!,
    ),
    loadingsOfSource: indexBy(loadings.row, q),
    loadingsOfVariable: indexBy(loadings.column, p),
    causesOf: indexBy(paths.column, p),
  };
}

/** Writes the entries' values at θ into the tables. */
export function loadParameters(compiled: CompiledStructure, theta: Float64Array): void {
  for (const table of [compiled.loadings, compiled.paths, compiled.covariances, compiled.intercepts]) {
    for (let e = 0; e < table.count; e++) {
      const parameter = table.parameter[e]!;
      if (parameter !== FIXED) table.value[e] = table.factor[e]! * theta[parameter]!;
    }
  }
}

/** gradient[parameter(e)] += factor(e) · scale · derivative for one entry. */
export function addToGradient(
  table: EntryTable,
  e: number,
  derivative: number,
  gradient: Float64Array,
): void {
  const parameter = table.parameter[e]!;
  if (parameter !== FIXED) gradient[parameter]! += table.factor[e]! * derivative;
}

function entryTable(
  entries: readonly Entry[],
  mapRow: (row: number) => number,
  mapColumn: (column: number) => number,
): EntryTable {
  return {
    count: entries.length,
    row: Int32Array.from(entries, (entry) => mapRow(entry.row)),
    column: Int32Array.from(entries, (entry) => mapColumn(entry.column)),
    parameter: Int32Array.from(entries, (entry) => entry.parameter),
    factor: Float64Array.from(entries, (entry) => entry.factor),
    value: Float64Array.from(entries, (entry) => entry.value),
  };
}

function indexBy(keys: Int32Array, size: number): EntryIndex {
  const start = new Int32Array(size + 1);
  for (const key of keys) start[key + 1]!++;
  for (let i = 0; i < size; i++) start[i + 1]! += start[i]!;
  const next = start.slice();
  const entry = new Int32Array(keys.length);
  keys.forEach((key, e) => (entry[next[key]!++] = e));
  return { start, entry };
}
