import { DataError, OptionError } from "../errors.ts";
import { observedIndices, type Model } from "../model/model.ts";
import { readCaseWeights, scaleCaseWeights } from "./caseWeights.ts";
import { locateVariables } from "./columns.ts";
import type { CsvFile } from "./csvFile.ts";
import { requirePositiveDefinite } from "./definiteness.ts";
import { availableMoments, informativeCases } from "./incomplete.ts";
import type { Moments, Table } from "./moments.ts";
import type { DataFile } from "./readData.ts";
import { selectMoments, type StatedMoments } from "./statedMoments.ts";
import { completeCases, momentsOf, selectRows, tableOf } from "./table.ts";

/** One group of the data, its variables in the order of the observed variables of the model's structure. */
export interface DataGroup {
  /** "" where there is one group only. */
  readonly label: string;
  readonly moments: Moments;
  /** The complete cases (every case with a value under "fiml"); absent where only a matrix was given. */
  readonly table?: Table;
}

/** Data made ready for one model: a group for each of its structures. */
export interface DataSet {
  readonly groups: readonly DataGroup[];
  readonly warnings: readonly string[];
}

/** How a file becomes data for a model. */
export interface DataSetOptions {
  /** The column that tells the groups of raw data apart. */
  readonly group?: string | undefined;
  /** Number of observations behind a covariance matrix; overrides what its file says. */
  readonly n?: number | undefined;
  /** What becomes of incomplete rows of raw data: dropped ("listwise", the default) or kept ("fiml"). */
  readonly missing?: "listwise" | "fiml" | undefined;
  /** The column of raw data that holds the cases' weights; not together with "fiml". */
  readonly weights?: string | undefined;
  /** Multiply a stated covariance matrix by (n − 1)/n unless its file says "divisor": "n"; lavaan's name. Default true. */
  readonly sampleCovRescale?: boolean | undefined;
}

/** The labels of the groups, in order of appearance; `[""]` where there is one group. A model is parsed with these. */
export function groupLabels(file: DataFile, group?: string): string[] {
  if (file.kind === "raw") return group === undefined ? [""] : splitLabels(file.csv, group).labels;
  if (group !== undefined && file.groups.length === 1) {
    throw new OptionError(
      "a covariance matrix has no grouping column",
      'Give a JSON file with "groups", one matrix for each, or raw data.',
    );
  }
  return file.groups.length === 1 ? [""] : file.groups.map(({ label }) => label);
}

/**
 * Makes a file ready for a model: picks the model's observed variables, splits groups, drops incomplete rows, computes moments.
 * Columns that the model does not name are never looked at.
 *
 * @throws DataError for variables that are missing, doubled, constant, not numeric or linearly dependent, and for too few rows.
 */
export function dataSetFor(model: Model, file: DataFile, options: DataSetOptions = {}): DataSet {
  const variables = model.structures.map((structure) =>
    observedIndices(structure).map((index) => structure.variables[index]!.name),
  );
  const { groups, warnings } =
    file.kind === "raw"
      ? fromCases(file.csv, variables, options)
      : fromMatrices(file.groups, variables, options);
  if (groups.length !== variables.length) {
    throw new DataError(
      `the data has ${groups.length} groups and the model ${variables.length}`,
      "Check the grouping column.",
    );
  }
  for (const { label, moments, table } of groups) {
    const where = label === "" ? "" : ` of group "${label}"`;
    requireEnoughRows(moments, where);
    if (table) requireVariation(table, where);
    requirePositiveDefinite(moments, where);
  }
  return { groups, warnings };
}

function fromCases(
  csv: CsvFile,
  variables: readonly (readonly string[])[],
  options: DataSetOptions,
): DataSet {
  if (options.n !== undefined) {
    throw new OptionError(
      "n does not apply to raw data",
      "Leave it out (--n in the command): the rows are counted.",
    );
  }
  const { labels, ofRow } =
    options.group === undefined ? { labels: [""], ofRow: undefined } : splitLabels(csv, options.group);
  const warnings: string[] = [];
  const ungrouped = ofRow?.filter((label) => label === "").length ?? 0;
  if (ungrouped > 0)
    warnings.push(`${ungrouped} of ${csv.rows.length} rows were left out: "${options.group}" is missing`);
  const weights = options.weights === undefined ? undefined : readCaseWeights(csv, options.weights);
  const tables = labels.map((label, g) => {
    const whole = tableOf(csv, variables[g] ?? variables[0]!);
    const table = weights ? { ...whole, weights } : whole;
    return ofRow ? selectRows(table, (row) => ofRow[row] === label) : table;
  });
  const keepsIncomplete = options.missing === "fiml";
  if (keepsIncomplete && weights) {
    throw new OptionError('case weights do not go together with missing = "fiml"', "Leave one of them out.");
  }
  const kept = scaleCaseWeights(tables.map(keepsIncomplete ? informativeCases : completeCases));
  const warning = droppedWarning(tables, kept);
  if (warning !== undefined) warnings.push(warning);
  const groups = kept.map((table, g) => ({
    label: labels[g]!,
    moments: keepsIncomplete ? availableMoments(table) : momentsOf(table, table.names),
    table,
  }));
  return { groups, warnings };
}

function splitLabels(csv: CsvFile, group: string): { labels: string[]; ofRow: string[] } {
  const [field] = locateVariables([group], csv.names);
  const ofRow = csv.rows.map((row) => row[field!]!.trim()).map((label) => (label === "NA" ? "" : label));
  return { labels: [...new Set(ofRow)].filter(Boolean), ofRow };
}

function droppedWarning(all: readonly Table[], complete: readonly Table[]): string | undefined {
  const count = (tables: readonly Table[]): number => tables.reduce((total, { rows }) => total + rows, 0);
  const dropped = count(all) - count(complete);
  if (dropped === 0) return undefined;
  const holes = new Map<string, number>();
  for (const { names, columns } of all) {
    for (const [j, name] of names.entries()) {
      const missing = columns[j]!.filter(Number.isNaN).length;
      if (missing > 0) holes.set(name, (holes.get(name) ?? 0) + missing);
    }
  }
  const listed = [...holes].map(([name, missing]) => `${name}: ${missing}`).join(", ");
  return `${dropped} of ${count(all)} rows were left out because values are missing (${listed})`;
}

function fromMatrices(
  stated: readonly StatedMoments[],
  variables: readonly (readonly string[])[],
  options: DataSetOptions,
): DataSet {
  const groups = stated.map((group, g) => {
    const names = variables[g] ?? variables[0]!;
    const indices = locateVariables(names, group.names);
    const n = options.n ?? group.n;
    if (n === undefined) {
      throw new DataError(
        "the number of observations behind the covariance matrix is not known",
        'Say n: an option ("Observations (n)" in the page, --n NUMBER in the command), or "n" in a JSON file.',
      );
    }
    const rescale =
      group.divisor === undefined ? (options.sampleCovRescale ?? true) : group.divisor === "n-1";
    const moments = selectMoments(group, names, indices, n, rescale ? (n - 1) / n : 1);
    return { label: stated.length === 1 ? "" : group.label, moments };
  });
  const warnings = stated.some(({ isCorrelation }) => isCorrelation)
    ? [
        "a correlation matrix is analysed as if it were a covariance matrix: standard errors and tests hold only for models that do not depend on the scale of the variables",
      ]
    : [];
  return { groups, warnings };
}

function requireEnoughRows({ n, names }: Moments, where: string): void {
  if (Number.isInteger(n) && n > names.length) return;
  if (!Number.isInteger(n)) {
    throw new DataError(`the number of observations${where} is ${n}`, "It must be a whole number.");
  }
  throw new DataError(
    `there are ${n} observations${where} for ${names.length} variables`,
    "The sample covariance matrix needs more complete observations than variables: add rows or leave out variables.",
  );
}

function requireVariation({ names, columns }: Table, where: string): void {
  const constant = names.filter((_, j) => columns[j]!.every((value) => value === columns[j]![0]));
  if (constant.length === 0) return;
  const listed = constant.map((name) => `"${name}"`).join(", ");
  throw new DataError(
    `${listed} ${constant.length === 1 ? "has" : "have"} the same value in every row${where}`,
    "A constant has no variance to explain: leave it out of the model.",
  );
}
