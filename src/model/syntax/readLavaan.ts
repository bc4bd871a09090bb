import type { Draft } from "../buildDraft.ts";
import { applyModifiers } from "./applyModifiers.ts";
import { syntaxError } from "./cursor.ts";
import { rowsWithDefaults } from "./defaults.ts";
import { blocksOfGroups, flatten, type FlatModel } from "./flatten.ts";
import { equalityNames } from "./groupEquality.ts";
import { resolveOptions, type Defaults, type SyntaxOptions } from "./options.ts";
import { parseSyntax } from "./parseSyntax.ts";
import { resolveEqual } from "./resolveEqual.ts";
import { variableRoles } from "./roles.ts";
import type { Modifiers } from "./statements.ts";

/**
 * Reads a model in lavaan syntax and adds lavaan's defaults (those of version 0.6-14).
 * Throws ModelSyntaxError, UnsupportedError and OptionError as the parts say.
 */
export function readLavaan(text: string, options: SyntaxOptions): Draft {
  const model = flatten(parseSyntax(text));
  const given = resolveOptions(options);
  const hasIntercepts = model.blocks.some(({ rows }) => rows.some(({ op }) => op === "~1"));
  const defaults = { ...given, meanStructure: given.meanStructure || hasIntercepts };
  checkHasRows(model);

  const blocks = blocksOfGroups(model.blocks, defaults.groups);
  const isBlocked = model.blocks[0]!.label !== undefined;
  const roles = blocks.map(({ rows }) => variableRoles(rows));
  const tables = blocks.map((block, index) => rowsWithDefaults(block, defaults, index > 0 && !isBlocked));
  const nameOf = equalityNames(defaults, roles[0]!, tables[0]!);
  const values = isBlocked ? 1 : defaults.groups.length;
  const modified = tables.flatMap((table, index) =>
    table.map((row) => applyModifiers(row, index + 1, values, nameOf(row, index + 1))),
  );
  return {
    groups: defaults.groups.map((label, index) => {
      const { observed, latents } = roles[index]!;
      return { label, observed, latents, sources: [] };
    }),
    rows: resolveEqual(modified),
    expressions: model.expressions,
    meanStructure: defaults.meanStructure,
    warnings: warningsOf(model, defaults),
  };
}

function checkHasRows(model: FlatModel): void {
  if (model.blocks.some(({ rows }) => rows.length > 0)) return;
  const position = model.expressions[0]?.position ?? { line: 1, column: 1 };
  throw syntaxError("The model has no formula.", "Write at least one, such as f =~ x1 + x2 + x3.", position);
}

function warningsOf(model: FlatModel, defaults: Defaults): string[] {
  const warnings: string[] = [];
  const random = new Set(model.blocks.flatMap(({ rows }) => variableRoles(rows).randomCovariates));
  if (defaults.fixedX && random.size > 0) {
    warnings.push(
      `The model states variances, covariances or intercepts of ${[...random].join(", ")}: treated as random, not as fixed covariates.`,
    );
  }
  const isSingle = ({ label }: Modifiers): boolean => label?.length === 1 && label[0] !== "";
  const labelled = model.blocks.flatMap(({ rows }) => rows).some((row) => isSingle(row.modifiers));
  const isBlocked = model.blocks[0]!.label !== undefined;
  if (labelled && !isBlocked && defaults.groups.length > 1 && defaults.groupEqual.size === 0) {
    warnings.push(
      "A single label on a parameter makes it equal in all groups; write c(a1, a2)*x for one label per group.",
    );
  }
  return warnings;
}
