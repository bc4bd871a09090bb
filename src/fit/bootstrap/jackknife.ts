import type { Moments, Table } from "../../data/moments.ts";
import { selectRows } from "../../data/table.ts";
import type { Resampler } from "./resampler.ts";

/**
 * "Replicates" that each leave out one case, group after group:
 * S₋ᵢ = n/(n − 1) S − n/(n − 1)² dᵀd with d = xᵢ − m, divisor n − 1.
 */
export function jackknifeResampler(tables: readonly Table[], moments: readonly Moments[]): Resampler {
  const first = tables.map((_, g) => tables.slice(0, g).reduce((sum, { rows }) => sum + rows, 0));
  /** `reduce` for the group that loses a case, the others as they are. */
  const leaveOut = <Kind>(
    groups: readonly Kind[],
    replicate: number,
    reduce: (group: Kind, table: Table, row: number) => Kind,
  ): Kind[] =>
    groups.map((group, g) => {
      const row = replicate - first[g]!;
      return row >= 0 && row < tables[g]!.rows ? reduce(group, tables[g]!, row) : group;
    });
  return {
    rows: undefined,
    cases: (replicate) =>
      leaveOut(tables, replicate, (table, _, left) => selectRows(table, (row) => row !== left)),
    moments: (replicate) =>
      leaveOut(moments, replicate, (group, table, row) => withoutRow(table, group, row)),
  };
}

function withoutRow({ columns }: Table, { names, n, covariance, mean }: Moments, row: number): Moments {
  const k = names.length;
  const deviation = columns.map((column, j) => column[row]! - mean![j]!);
  return {
    names,
    n: n - 1,
    covariance: covariance.map((value, place) => {
      const product = deviation[Math.floor(place / k)]! * deviation[place % k]!;
      return (n / (n - 1)) * value - (n / (n - 1) ** 2) * product;
    }),
    mean: mean!.map((value, j) => value - deviation[j]! / (n - 1)),
  };
}
