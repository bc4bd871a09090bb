import { rowName, type DraftRow } from "../buildDraft.ts";
import type { Defaults, GroupEqual } from "./options.ts";
import type { VariableRoles } from "./roles.ts";

type NamedRow = Pick<DraftRow, "lhs" | "op" | "rhs">;

/**
 * Gives the name under which rows are equal unless the user labels them: a row's own name, or, where `groupEqual`
 * covers it, the name of the same row in the first group. `roles` and `table` are those of the first group.
 */
export function equalityNames(
  defaults: Defaults,
  roles: VariableRoles,
  table: readonly NamedRow[],
): (row: NamedRow, group: number) => string {
  if (defaults.groupEqual.size === 0) return rowName;
  const names = new Set(table.map((row) => rowName(row, 1)));
  const kindOf = equalityKinds(roles);
  return (row, group) => {
    const first = rowName(row, 1);
    const kind = kindOf(row);
    const isEqual = kind !== undefined && defaults.groupEqual.has(kind) && names.has(first);
    return isEqual && !defaults.groupPartial.has(first) ? first : rowName(row, group);
  };
}

/** What `groupEqual` calls a row; moments of covariates have no such name. */
function equalityKinds(roles: VariableRoles): (row: NamedRow) => GroupEqual | undefined {
  const [latents, exogenous] = [new Set(roles.latents), new Set(roles.exogenous)];
  return ({ lhs, op, rhs }) => {
    if (op === "=~") return "loadings";
    if (op === "~") return "regressions";
    if (exogenous.has(lhs)) return undefined;
    const isLatent = latents.has(lhs);
    if (op === "~1") return isLatent ? "means" : "intercepts";
    if (lhs === rhs) return isLatent ? "lv.variances" : "residuals";
    return isLatent ? "lv.covariances" : "residual.covariances";
  };
}
