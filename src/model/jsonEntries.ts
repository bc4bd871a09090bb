import { ModelError } from "../errors.ts";
import { rowName, type DraftGroup, type DraftRow } from "./buildDraft.ts";
import type { JsonValue } from "./jsonValue.ts";
import { didYouMean } from "./syntax/suggest.ts";

type Triple = Pick<DraftRow, "lhs" | "op" | "rhs">;

const ENTRY_KEYS = ["fixed", "label", "start", "lower", "upper"];

/**
 * The rows of one group: paths, loadings, covariances, intercepts, then the moments of exogenous variables.
 * Throws ModelError for names that the group does not have and for entries stated twice.
 */
export function readJsonEntries(value: JsonValue, group: number, names: DraftGroup): DraftRow[] {
  const { observed, latents, sources } = names;
  const variables = [...observed, ...latents];
  const rows: DraftRow[] = [];
  const each = (key: string, own: readonly string[], triple: (entry: JsonValue) => Triple): void => {
    for (const entry of value.get(key)?.list() ?? []) {
      entry.allowOnly([...own, ...ENTRY_KEYS]);
      rows.push(readRow(entry, triple(entry), group));
    }
  };
  each("loadings", ["from", "to"], (entry) => {
    const [from, to] = [known(entry.require("from"), sources), known(entry.require("to"), variables)];
    return { lhs: from, op: "=~", rhs: to };
  });
  each("paths", ["from", "to"], (entry) => {
    const [from, to] = [known(entry.require("from"), variables), known(entry.require("to"), variables)];
    if (from === to) throw new ModelError(`${entry.path}: "${from}" causes itself.`, "Remove this path.");
    const measures = latents.includes(from) && observed.includes(to);
    return measures ? { lhs: from, op: "=~", rhs: to } : { lhs: to, op: "~", rhs: from };
  });
  each("covariances", ["of"], (entry) => {
    const of = entry.require("of").list();
    if (of.length !== 2) {
      throw new ModelError(`${entry.path}.of must hold two names.`, 'A variance is { "of": ["x", "x"] }.');
    }
    const pair = of.map((name) => known(name, [...variables, ...sources]));
    return { lhs: pair[0]!, op: "~~", rhs: pair[1]! };
  });
  each("intercepts", ["of"], (entry) => ({ lhs: known(entry.require("of"), variables), op: "~1", rhs: "" }));
  const exogenous =
    value
      .get("exogenous")
      ?.list()
      .map((name) => known(name, observed)) ?? [];
  rows.push(...exogenousRows(exogenous, group));
  checkTwice(rows, value);
  return rows;
}

function known(name: JsonValue, candidates: readonly string[]): string {
  const text = name.text();
  if (candidates.includes(text)) return text;
  throw new ModelError(
    `${name.path}: there is no "${text}".`,
    `Known here are ${candidates.join(", ") || "none"}.${didYouMean(text, candidates)}`,
  );
}

function readRow(entry: JsonValue, triple: Triple, group: number): DraftRow {
  const fixed = entry.get("fixed")?.number();
  const start = entry.get("start")?.number();
  if (fixed !== undefined && start !== undefined) {
    throw new ModelError(`${entry.path} is fixed and has a starting value.`, "Keep one of the two.");
  }
  const label = entry.get("label")?.text() ?? "";
  return {
    ...draftRow(triple, group),
    free: fixed === undefined,
    value: fixed ?? Number.NaN,
    start,
    lower: entry.get("lower")?.number() ?? Number.NEGATIVE_INFINITY,
    upper: entry.get("upper")?.number() ?? Number.POSITIVE_INFINITY,
    label,
    key: label === "" ? rowName(triple, group) : label,
  };
}

function draftRow(triple: Triple, group: number): DraftRow {
  return {
    ...triple,
    group,
    user: true,
    free: true,
    value: Number.NaN,
    start: undefined,
    lower: Number.NEGATIVE_INFINITY,
    upper: Number.POSITIVE_INFINITY,
    exogenous: false,
    label: "",
    key: rowName(triple, group),
  };
}

function exogenousRows(names: readonly string[], group: number): DraftRow[] {
  const moments: Triple[] = names.flatMap((lhs, index) => {
    return names.slice(index).map((rhs): Triple => ({ lhs, op: "~~", rhs }));
  });
  for (const lhs of names) moments.push({ lhs, op: "~1", rhs: "" });
  return moments.map((triple) =>
    Object.assign(draftRow(triple, group), { free: false, exogenous: true, user: false }),
  );
}

function checkTwice(rows: readonly DraftRow[], value: JsonValue): void {
  const seen = new Set<string>();
  for (const { lhs, op, rhs } of rows) {
    const key = JSON.stringify([op, ...(op === "~~" ? [lhs, rhs].sort() : [lhs, rhs])]);
    if (seen.has(key)) {
      throw new ModelError(
        `${value.path || "The model"} states ${lhs} ${op} ${rhs} twice.`,
        "Remove one of the two.",
      );
    }
    seen.add(key);
  }
}
