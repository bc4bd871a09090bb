import { ModelError } from "../errors.ts";
import { modelError, placeOf, rowName, type DraftGroup, type DraftRow } from "./buildDraft.ts";
import { closingRow, edgeOf } from "./buildEdges.ts";
import { FIXED, type Entry, type ParameterRow, type Structure, type Variable } from "./model.ts";
import { topologicalOrder } from "./topology.ts";

/** A row of the table with the draft that it came from. */
export interface BuiltRow {
  readonly row: ParameterRow;
  readonly draft: DraftRow;
}

/**
 * One group in general form (DESIGN, "The model"): paths from `=~` (factor → indicator) and `~` (right → left),
 * Ψ from `~~`, α from `~1`. Every variable has one source of its own name and loading 1, unless all its entries of Ψ
 * are fixed at zero: then it has no error and no source. Entries fixed at zero are left out.
 * Throws ModelError for an edge stated twice, and for a cycle, naming its variables.
 */
export function buildStructure(group: DraftGroup, rows: readonly BuiltRow[]): Structure {
  const variables: Variable[] = [
    ...group.observed.map((name) => ({ name, observed: true })),
    ...group.latents.map((name) => ({ name, observed: false })),
  ];
  const indexOf = new Map(variables.map(({ name }, index) => [name, index]));
  const present = rows.filter(({ row }) => row.parameter !== FIXED || row.value !== 0);
  checkEdges(present);
  const own = errorSources(variables, present);
  const sources = [...group.sources, ...own];
  const sourceOf = new Map(sources.map((name, index) => [name, index]));
  const exogenous = new Set(group.sources);

  const loadings = own.map((name) => unit(sourceOf.get(name)!, indexOf.get(name)!));
  const stated = new Set(
    rows.flatMap(({ row }) => (row.op === "~~" && row.lhs === row.rhs ? [row.lhs] : [])),
  );
  const covariances = group.sources
    .filter((name) => !stated.has(name))
    .map((name) => unit(sourceOf.get(name)!, sourceOf.get(name)!));
  const paths: Entry[] = [];
  const intercepts: Entry[] = [];
  for (const { row } of present) {
    const { lhs, op, rhs } = row;
    if (op === "=~" && exogenous.has(lhs)) loadings.push(entry(row, sourceOf.get(lhs)!, indexOf.get(rhs)!));
    else if (op === "=~") paths.push(entry(row, indexOf.get(lhs)!, indexOf.get(rhs)!));
    else if (op === "~") paths.push(entry(row, indexOf.get(rhs)!, indexOf.get(lhs)!));
    else if (op === "~1") intercepts.push(entry(row, 0, indexOf.get(lhs)!));
    else {
      const pair = [sourceOf.get(lhs)!, sourceOf.get(rhs)!].sort((a, b) => a - b);
      covariances.push(entry(row, pair[0]!, pair[1]!));
    }
  }
  const structure = { label: group.label, variables, sources, loadings, paths, covariances, intercepts };
  checkOrder(structure, present);
  return structure;
}

function errorSources(variables: readonly Variable[], rows: readonly BuiltRow[]): string[] {
  const withError = new Set<string>();
  for (const { row } of rows) {
    if (row.op !== "~~") continue;
    withError.add(row.lhs);
    withError.add(row.rhs);
  }
  return variables.map(({ name }) => name).filter((name) => withError.has(name));
}

/** Throws the error of `topologicalOrder` for a cycle, at a row that closes one. */
function checkOrder(structure: Structure, rows: readonly BuiltRow[]): void {
  try {
    topologicalOrder(structure);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw modelError(error.message, error.advice, closingRow(rows.map(({ draft }) => draft))?.position);
  }
}

/** `f =~ x` and `x ~ f` are the same edge. */
function checkEdges(rows: readonly BuiltRow[]): void {
  const seen = new Map<string, DraftRow>();
  for (const { draft } of rows) {
    if (draft.op !== "=~" && draft.op !== "~") continue;
    const [cause, effect] = edgeOf(draft);
    const key = JSON.stringify([cause, effect]);
    const first = seen.get(key);
    if (first) {
      throw modelError(
        `The edge ${cause} → ${effect} is stated twice: by ${rowName(first, first.group)}${placeOf(first.position)} and by ${rowName(draft, draft.group)}.`,
        "Remove one of the two.",
        draft.position,
      );
    }
    seen.set(key, draft);
  }
}

function entry(row: ParameterRow, rowIndex: number, column: number): Entry {
  const isFree = row.parameter !== FIXED;
  return {
    row: rowIndex,
    column,
    parameter: row.parameter,
    factor: 1,
    value: isFree ? 0 : row.value,
    fromSample: row.exogenous && !isFree,
  };
}

function unit(row: number, column: number): Entry {
  return { row, column, parameter: FIXED, factor: 1, value: 1, fromSample: false };
}
