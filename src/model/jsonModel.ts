import { ModelError, ModelSyntaxError } from "../errors.ts";
import type { Draft, DraftExpression, DraftGroup, DraftRow } from "./buildDraft.ts";
import { buildModel } from "./buildModel.ts";
import { readJsonEntries } from "./jsonEntries.ts";
import { JSON_VERSION } from "./jsonSchema.ts";
import { parseJson, type JsonValue } from "./jsonValue.ts";
import type { Model } from "./model.ts";
import { readStructureMatrix } from "./structureMatrix.ts";
import { parseExpressionStatement } from "./syntax/parseSyntax.ts";

const GROUP_KEYS = [
  "variables",
  "latents",
  "sources",
  "exogenous",
  "loadings",
  "paths",
  "covariances",
  "intercepts",
] as const;

/**
 * Reads a model in JSON: our own form (see JsonModel) or the 0/1 structure matrix.
 * Throws ModelSyntaxError where it is no JSON, ModelError naming the place (`paths[2].from`) where it is no model.
 */
export function readJson(text: string): Model {
  const root = parseJson(text);
  if (root.get("struct")) return readStruct(root);
  root.allowOnly(["semnan", "groups", "definitions", "constraints", "meanStructure", ...GROUP_KEYS]);
  const version = root.require("semnan").number();
  if (version !== JSON_VERSION) {
    throw new ModelError(
      `This model is of version ${version}.`,
      `This semnan reads version ${JSON_VERSION}.`,
    );
  }
  const groups = root.get("groups")?.list();
  if (groups && GROUP_KEYS.some((key) => root.get(key))) {
    throw new ModelError(
      `The model has both "groups" and lists of its own.`,
      "Put the lists into the groups.",
    );
  }
  if (groups?.length === 0) throw new ModelError(`"groups" is empty.`, "List at least one group.");
  const parts = (groups ?? [root]).map((group) => readGroup(group, groups !== undefined));
  const rows = parts.map(({ lists }, index) => readJsonEntries(lists, index + 1, parts[index]!.group));
  return build(withMeans(root, parts, rows.flat()));
}

/** Names in expressions have places in their own text only, which would mislead in the whole document. */
function build(draft: Draft): Model {
  try {
    return buildModel(draft);
  } catch (error) {
    throw error instanceof ModelSyntaxError ? new ModelError(error.message, error.advice) : error;
  }
}

function readStruct(root: JsonValue): Model {
  root.allowOnly(["struct", "names", "latents"]);
  const names = root.get("names")?.list();
  const latents = root.get("latents")?.list();
  return readStructureMatrix({
    struct: root
      .require("struct")
      .list()
      .map((row) => row.list().map((cell) => cell.number())),
    ...(names ? { names: names.map((name) => name.text()) } : {}),
    ...(latents ? { latents: latents.map((name) => name.text()) } : {}),
  });
}

function readGroup(value: JsonValue, labelled: boolean): { group: DraftGroup; lists: JsonValue } {
  if (labelled) value.allowOnly(["label", ...GROUP_KEYS]);
  const names = (key: string): string[] =>
    value
      .get(key)
      ?.list()
      .map((name) => name.text()) ?? [];
  const group = {
    label: labelled ? value.require("label").text() : "",
    observed: names("variables"),
    latents: names("latents"),
    sources: names("sources"),
  };
  if (group.observed.length === 0) {
    throw new ModelError(`${value.path || "The model"} has no "variables".`, `List the observed variables.`);
  }
  const seen = new Set<string>();
  for (const name of [...group.observed, ...group.latents, ...group.sources]) {
    if (seen.has(name)) {
      throw new ModelError(
        `Two variables are named "${name}".`,
        "Give every variable and source its own name.",
      );
    }
    seen.add(name);
  }
  return { group, lists: value };
}

function withMeans(
  root: JsonValue,
  parts: readonly { group: DraftGroup }[],
  rows: readonly DraftRow[],
): Draft {
  const asked = root.get("meanStructure")?.flag();
  const hasIntercepts = rows.some(({ op, exogenous }) => op === "~1" && !exogenous);
  if (asked === false && hasIntercepts) {
    throw new ModelError(`"meanStructure" is false, but intercepts are listed.`, "Remove one of the two.");
  }
  const meanStructure = asked ?? hasIntercepts;
  return {
    groups: parts.map(({ group }) => group),
    rows: meanStructure ? rows : rows.filter(({ op }) => op !== "~1"),
    expressions: readExpressions(root),
    meanStructure,
    warnings: [],
  };
}

function readExpressions(root: JsonValue): DraftExpression[] {
  const definitions = root.get("definitions")?.list() ?? [];
  const constraints = root.get("constraints")?.list() ?? [];
  return [
    ...definitions.map((definition) => {
      definition.allowOnly(["name", "expression"]);
      const [name, expression] = [definition.require("name"), definition.require("expression")];
      return readExpression(`"${name.text()}" := ${expression.text()}`, expression.path, ":=");
    }),
    ...constraints.map((constraint) => readExpression(constraint.text(), constraint.path, "")),
  ];
}

function readExpression(text: string, path: string, wanted: string): DraftExpression {
  try {
    const expression = parseExpressionStatement(text);
    if ((expression.op === ":=") === (wanted === ":=")) return expression;
  } catch (error) {
    if (!(error instanceof ModelSyntaxError)) throw error;
    throw new ModelError(`${path}: ${error.message}`, error.advice);
  }
  throw new ModelError(`${path} is no constraint.`, 'Write it with ==, < or >, as in "a == 2*b".');
}
