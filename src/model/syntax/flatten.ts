import { ModelSyntaxError } from "../../errors.ts";
import { placeOf, type DraftExpression } from "../buildDraft.ts";
import { syntaxError } from "./cursor.ts";
import { variableRoles } from "./roles.ts";
import { draftExpression, type Formula, type Modifiers, type Statement, type Term } from "./statements.ts";
import { didYouMean } from "./suggest.ts";
import type { Position } from "./tokens.ts";

/** One row that the user wrote, for all groups of its block. */
export interface FlatRow {
  readonly lhs: string;
  readonly op: "=~" | "~" | "~~" | "~1";
  readonly rhs: string;
  readonly modifiers: Modifiers;
  readonly position: Position;
}

/** The rows below one `group:` line; a model without blocks is one block without a label. */
export interface Block {
  readonly label: string | undefined;
  readonly rows: FlatRow[];
  readonly position: Position;
}

export interface FlatModel {
  readonly blocks: readonly Block[];
  readonly expressions: readonly DraftExpression[];
}

/**
 * Statements to rows, one per left-hand name and term, in lavaan's order.
 * Throws ModelSyntaxError for a row stated twice (with both places) and for a variable that causes itself.
 */
export function flatten(statements: readonly Statement[]): FlatModel {
  const blocks: Block[] = [];
  const expressions: DraftExpression[] = [];
  for (const statement of statements) {
    if (statement.kind === "group") openBlock(blocks, statement.label, statement);
    else if (statement.kind === "formula") {
      const block = blocks.at(-1) ?? openBlock(blocks, undefined, statement);
      for (const row of formulaRows(statement)) block.rows.push(row);
    } else expressions.push(draftExpression(statement));
  }
  for (const block of blocks) checkDuplicates(block.rows);
  orderCovariances(blocks);
  return { blocks, expressions };
}

function openBlock(blocks: Block[], label: string | undefined, position: Position): Block {
  const [first] = blocks;
  if (first && label !== undefined && first.label === undefined) {
    throw syntaxError(
      `Formulas stand before the first "group:" line, so they belong to no group.`,
      `Start the model with "group:", or write c(…) modifiers instead of blocks.`,
      first.rows[0]?.position ?? position,
    );
  }
  const same = blocks.findIndex((block) => block.label === label);
  // A block that is opened again goes on; it moves to the end so that the next formula finds it.
  const block = same < 0 ? { label, rows: [], position } : blocks.splice(same, 1)[0]!;
  blocks.push(block);
  return block;
}

function formulaRows(formula: Formula): FlatRow[] {
  return formula.left.flatMap(({ name }) => formula.terms.map((term) => rowOf(formula, name, term)));
}

function rowOf(formula: Formula, lhs: string, term: Term): FlatRow {
  const position = { line: term.line, column: term.column };
  const { variable, modifiers } = term;
  if (formula.operator === "~" && typeof variable !== "string") {
    const isZero = variable === 0;
    if (isZero && Object.keys(modifiers).length > 0) {
      throw syntaxError(
        "An intercept of 0 has no modifiers.",
        `Write ${lhs} ~ a*1 for an intercept a.`,
        term,
      );
    }
    return { lhs, op: "~1", rhs: "", modifiers: isZero ? { fixed: [0] } : modifiers, position };
  }
  // `f =~ 0` declares a latent variable without indicators; lavaan writes it as a zero loading on itself.
  if (variable === 0) return { lhs, op: "=~", rhs: lhs, modifiers: { fixed: [0] }, position };
  const rhs = String(variable);
  if (formula.operator !== "~~" && lhs === rhs) {
    const advice =
      formula.operator === "=~"
        ? "Write f =~ 0 for a latent variable without indicators."
        : `A variance is written ${lhs} ~~ ${lhs}.`;
    throw syntaxError(`"${lhs}" cannot stand on both sides of ${formula.operator}.`, advice, term);
  }
  return { lhs, op: formula.operator, rhs, modifiers, position };
}

function checkDuplicates(rows: readonly FlatRow[]): void {
  const seen = new Map<string, FlatRow>();
  for (const row of rows) {
    const pair = row.op === "~~" ? [row.lhs, row.rhs].sort() : [row.lhs, row.rhs];
    const key = JSON.stringify([row.op, ...pair]);
    const first = seen.get(key);
    if (first) {
      throw new ModelSyntaxError(
        `${row.lhs} ${row.op === "~1" ? "~ 1" : `${row.op} ${row.rhs}`} has been stated before${placeOf(first.position)}.`,
        "Remove one of the two; to combine modifiers write both in one formula: NA*x + a*x.",
        row.position.line,
        row.position.column,
      );
    }
    seen.set(key, row);
  }
}

/** Writes each covariance as lavaan does: latent before observed, and otherwise in the order of the variables. */
function orderCovariances(blocks: readonly Block[]): void {
  const roles = blocks.map(({ rows }) => variableRoles(rows));
  const names = [...roles.flatMap(({ latents }) => latents), ...roles.flatMap(({ observed }) => observed)];
  const rank = new Map<string, number>();
  for (const name of names) if (!rank.has(name)) rank.set(name, rank.size);
  for (const { rows } of blocks) {
    rows.forEach((row, index) => {
      if (row.op !== "~~" || rank.get(row.lhs)! <= rank.get(row.rhs)!) return;
      rows[index] = { ...row, lhs: row.rhs, rhs: row.lhs };
    });
  }
}

/** The blocks in the order of the groups; one block without a label serves all groups. Throws ModelSyntaxError. */
export function blocksOfGroups(blocks: readonly Block[], groups: readonly string[]): Block[] {
  const [first] = blocks;
  if (!first || first.label === undefined) return groups.map(() => first!);
  const byLabel = blocks.every(({ label }) => groups.includes(label!));
  const names = byLabel ? groups : groups.map((_, index) => String(index + 1));
  const wrong = blocks.find(({ label }) => !names.includes(label!));
  if (wrong) {
    throw syntaxError(
      `The data have no group "${wrong.label}".`,
      `The groups are ${groups.map((group) => `"${group}"`).join(", ")}; name them or number them 1 to ${groups.length}.` +
        didYouMean(wrong.label!, groups),
      wrong.position,
    );
  }
  return names.map((name) => {
    const block = blocks.find(({ label }) => label === name);
    if (block) return block;
    throw syntaxError(
      `The model has no block for group "${name}".`,
      `Add "group: ${name}" with its formulas.`,
      first.position,
    );
  });
}
