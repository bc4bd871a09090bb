import type { DraftRow } from "../buildDraft.ts";
import type { Block } from "./flatten.ts";
import type { Defaults } from "./options.ts";
import { variableRoles, type VariableRoles } from "./roles.ts";
import type { Modifiers } from "./statements.ts";
import type { Position } from "./tokens.ts";

/** A row of one group while the defaults are being worked in: `value` is meaningful where the row is not free. */
export interface OpenRow {
  readonly lhs: string;
  readonly op: DraftRow["op"];
  readonly rhs: string;
  readonly user: boolean;
  readonly modifiers: Modifiers;
  readonly position?: Position;
  free: boolean;
  value: number;
  exogenous: boolean;
}

/**
 * The rows of one group: the user's, then those that lavaan's defaults add, in lavaan's order, free or fixed as the
 * defaults have it and before the user's modifiers.
 * `laterGroup` is true for groups after the first of a model without blocks, where `groupEqual` frees the means or
 * variances of latent variables that the first group identifies.
 */
export function rowsWithDefaults(block: Block, defaults: Defaults, laterGroup: boolean): OpenRow[] {
  const roles = variableRoles(block.rows);
  const written = block.rows.map((row) => openRow(row, true, row.modifiers, row.position));
  const known = new Set(written.map(keyOf));
  const added = addedRows(roles, defaults).filter((row) => !known.has(keyOf(row)));
  const rows = [...written, ...added.map((row) => openRow(row, false, {}))];
  scaleLatents(rows, roles, defaults, laterGroup);
  fixVariances(rows, roles, defaults);
  if (defaults.meanStructure) fixIntercepts(rows, roles, defaults, laterGroup);
  if (defaults.fixedX) takeFromSample(rows, roles);
  return rows;
}

type Triple = Pick<OpenRow, "lhs" | "op" | "rhs">;

function openRow(
  { lhs, op, rhs }: Triple,
  user: boolean,
  modifiers: Modifiers,
  position?: Position,
): OpenRow {
  const row: OpenRow = { lhs, op, rhs, user, modifiers, free: true, value: Number.NaN, exogenous: false };
  return position ? Object.assign(row, { position }) : row;
}

function keyOf({ lhs, op, rhs }: Triple): string {
  return JSON.stringify([lhs, op, rhs]);
}

function addedRows(roles: VariableRoles, defaults: Defaults): Triple[] {
  const { exogenous, observed, latents } = roles;
  const covariates = new Set(exogenous);
  const variances = [...observed.filter((name) => !covariates.has(name)), ...latents];
  const pairs: [string, string][] = variances.map((name) => [name, name]);
  if (defaults.automatic) pairs.push(...pairsOf(roles.exogenousLatents), ...pairsOf(roles.lastOutcomes));
  exogenous.forEach((name, index) => {
    for (const other of exogenous.slice(index)) pairs.push([name, other]);
  });
  const rows: Triple[] = pairs.map(([lhs, rhs]) => ({ lhs, op: "~~", rhs }));
  if (!defaults.meanStructure) return rows;
  for (const lhs of [...observed, ...latents]) rows.push({ lhs, op: "~1", rhs: "" });
  return rows;
}

function pairsOf(names: readonly string[]): [string, string][] {
  return names.flatMap((name, index) =>
    names.slice(index + 1).map((other): [string, string] => [name, other]),
  );
}

function fix(row: OpenRow, value: number): void {
  row.free = false;
  row.value = value;
}

/** A latent variable gets its scale from its first loading, or with `stdLv` from its variance. */
function scaleLatents(rows: OpenRow[], roles: VariableRoles, defaults: Defaults, laterGroup: boolean): void {
  const latents = new Set(roles.latents);
  if (defaults.stdLv) {
    const loadingsScale =
      laterGroup && defaults.groupEqual.has("loadings") && !defaults.groupEqual.has("lv.variances");
    for (const row of rows) {
      const isVariance = row.op === "~~" && row.lhs === row.rhs && latents.has(row.lhs);
      // Equal loadings carry the scale over to the later groups, so their variances can be free.
      if (isVariance && !(loadingsScale && !row.user)) fix(row, 1);
    }
  } else if (defaults.automatic) {
    const scaled = new Set<string>();
    for (const row of rows) {
      if (row.op !== "=~" || scaled.has(row.lhs)) continue;
      scaled.add(row.lhs);
      fix(row, 1);
    }
  }
}

function fixVariances(rows: OpenRow[], roles: VariableRoles, defaults: Defaults): void {
  const latents = new Set(roles.latents);
  const single = defaults.automatic ? singleIndicators(rows) : new Set<string>();
  for (const row of rows) {
    if (row.op !== "~~" || row.user) continue;
    const isVariance = row.lhs === row.rhs;
    const isScaled = defaults.stdLv && latents.has(row.lhs);
    if (isVariance && (single.has(row.lhs) || (!defaults.automatic && !isScaled))) fix(row, 0);
    if (!isVariance && defaults.orthogonal && latents.has(row.lhs) && latents.has(row.rhs)) fix(row, 0);
  }
}

/** The only indicators of their factors, which measure nothing else: no error can be told apart from the factor. */
function singleIndicators(rows: readonly OpenRow[]): Set<string> {
  const loadings = rows.filter((row) => row.op === "=~");
  const count = (side: "lhs" | "rhs"): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const row of loadings) counts.set(row[side], (counts.get(row[side]) ?? 0) + 1);
    return counts;
  };
  const [ofFactor, ofIndicator] = [count("lhs"), count("rhs")];
  const single = loadings.filter(
    (row) => row.lhs !== row.rhs && ofFactor.get(row.lhs) === 1 && ofIndicator.get(row.rhs) === 1,
  );
  return new Set(single.map(({ rhs }) => rhs));
}

function fixIntercepts(rows: OpenRow[], roles: VariableRoles, defaults: Defaults, laterGroup: boolean): void {
  const latents = new Set(roles.latents);
  // Equal intercepts leave the differences between the groups to the means of the latent variables.
  const freed = laterGroup && defaults.groupEqual.has("intercepts") && !defaults.groupEqual.has("means");
  for (const row of rows) {
    if (row.op !== "~1" || row.user) continue;
    const isFree = latents.has(row.lhs)
      ? defaults.freeLatentIntercepts || freed
      : defaults.freeObservedIntercepts;
    if (!isFree) fix(row, 0);
  }
}

function takeFromSample(rows: OpenRow[], roles: VariableRoles): void {
  const covariates = new Set(roles.exogenous);
  for (const row of rows) {
    const isMoment = row.op === "~1" || (row.op === "~~" && covariates.has(row.rhs));
    if (row.user || !isMoment || !covariates.has(row.lhs)) continue;
    fix(row, Number.NaN);
    row.exogenous = true;
  }
}
