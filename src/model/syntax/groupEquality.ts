import { rowName, type DraftRow } from "../buildDraft.ts";
import type { Defaults, GroupEqual } from "./options.ts";
import type { VariableRoles } from "./roles.ts";

type NamedRow = Pick<DraftRow, "lhs" | "op" | "rhs" | "group">;

/**
 * The name under which rows are equal unless the user labels them: a row's own name, or, where `groupEqual` covers it,
 * the name of the same row in the first group.
 */
export function equalityName(
  row: NamedRow,
  defaults: Defaults,
  roles: VariableRoles,
  firstGroup: ReadonlySet<string>,
): string {
  if (row.group === 1) return rowName(row);
  const first = rowName({ ...row, group: 1 });
  const kind = kindOf(row, roles);
  const isEqual = kind !== undefined && defaults.groupEqual.has(kind) && firstGroup.has(first);
  return isEqual && !defaults.groupPartial.has(first) ? first : rowName(row);
}

/** What `groupEqual` calls the row; moments of covariates have no such name. `roles` are those of the first group. */
function kindOf({ lhs, op, rhs }: NamedRow, roles: VariableRoles): GroupEqual | undefined {
  if (op === "=~") return "loadings";
  if (op === "~") return "regressions";
  const isLatent = roles.latents.includes(lhs);
  if (!isLatent && roles.exogenous.includes(lhs)) return undefined;
  if (op === "~1") return isLatent ? "means" : "intercepts";
  if (lhs === rhs) return isLatent ? "lv.variances" : "residuals";
  return isLatent ? "lv.covariances" : "residual.covariances";
}
