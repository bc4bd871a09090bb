import type { DraftRow } from "../buildDraft.ts";
import { syntaxError } from "./cursor.ts";
import type { OpenRow } from "./defaults.ts";

/** A finished row, except that `equal` still names another row. */
export interface ModifiedRow {
  readonly row: DraftRow;
  readonly equal: string | undefined;
}

/**
 * Puts the user's modifiers on a row of one group. `name` is what the row is equal to without a label.
 * Throws ModelSyntaxError where modifiers contradict each other or have the wrong number of values.
 */
export function applyModifiers(row: OpenRow, group: number, groups: number, name: string): ModifiedRow {
  const { modifiers } = row;
  const pick = <T>(values: readonly T[] | undefined): T | undefined => {
    if (values === undefined) return undefined;
    checkLength(row, values, groups);
    return values.length === 1 ? values[0] : values[group - 1];
  };
  const fixed = pick(modifiers.fixed);
  const start = given(pick(modifiers.start));
  const free = fixed === undefined ? row.free : Number.isNaN(fixed);
  if (!free && fixed !== undefined && start !== undefined) {
    throw contradiction(row, "is fixed and has a starting value", "Keep one of the two.");
  }
  if (modifiers.label && modifiers.equal) {
    throw contradiction(row, "has a label and equal()", "Label both rows alike instead of equal().");
  }
  // lavaan reads start() on a loading that sets the scale as the value to fix it at.
  const value = free ? Number.NaN : (fixed ?? start ?? row.value);
  const equal = pick(modifiers.equal)?.replaceAll(/\s/g, "");
  const label = pick(modifiers.label) ?? equal ?? "";
  const done: DraftRow = {
    lhs: row.lhs,
    op: row.op,
    rhs: row.rhs,
    group,
    user: row.user,
    free,
    value,
    start: free ? start : undefined,
    lower: given(pick(modifiers.lower)) ?? Number.NEGATIVE_INFINITY,
    upper: given(pick(modifiers.upper)) ?? Number.POSITIVE_INFINITY,
    exogenous: row.exogenous,
    label,
    key: label === "" ? name : label,
    ...(row.position ? { position: row.position } : {}),
  };
  return { row: done, equal };
}

/** NA stands for "not for this group". */
function given(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function checkLength(row: OpenRow, values: readonly unknown[], groups: number): void {
  if (values.length === 1 || values.length === groups) return;
  throw contradiction(
    row,
    `has a modifier with ${values.length} values, but there ${groups === 1 ? "is 1 group" : `are ${groups} groups`}`,
    "Give one value for all groups, or one for each.",
  );
}

function contradiction(row: OpenRow, what: string, advice: string): Error {
  return syntaxError(
    `${row.lhs} ${row.op} ${row.rhs} ${what}.`,
    advice,
    row.position ?? { line: 1, column: 1 },
  );
}
