import { rowName, type DraftRow } from "../buildDraft.ts";
import type { ModifiedRow } from "./applyModifiers.ts";
import { syntaxError } from "./cursor.ts";
import { didYouMean } from "./suggest.ts";

/**
 * Gives each row with `equal("f=~x2")` the key of the row that it names (or of the row with that label).
 * Throws ModelSyntaxError where there is no such row.
 */
export function resolveEqual(modified: readonly ModifiedRow[]): DraftRow[] {
  const rows = modified.map(({ row }) => row);
  if (modified.every(({ equal }) => equal === undefined)) return rows;
  const indexOf = new Map<string, number>();
  rows.forEach((row, index) => {
    if (!row.exogenous) indexOf.set(rowName(row, row.group), index);
  });
  modified.forEach(({ row, equal }, index) => {
    if (equal === undefined && row.label !== "" && !indexOf.has(row.label)) indexOf.set(row.label, index);
  });
  const targetOf = (index: number): number => {
    const { row, equal } = modified[index]!;
    const target = equal === undefined ? index : indexOf.get(equal);
    if (target !== undefined) return target;
    throw syntaxError(
      `equal("${equal}") names no row of the model.`,
      `Name the other row as in equal("f=~x2").${didYouMean(equal!, indexOf.keys())}`,
      row.position ?? { line: 1, column: 1 },
    );
  };
  const endOf = (start: number): number => {
    const visited = new Set<number>();
    let index = start;
    while (modified[index]!.equal !== undefined && !visited.has(index)) {
      visited.add(index);
      index = targetOf(index);
    }
    return index;
  };
  return rows.map((row, index) => withKey(row, rows[endOf(index)]!.key));
}

function withKey(row: DraftRow, key: string): DraftRow {
  return row.key === key ? row : { ...row, key };
}
