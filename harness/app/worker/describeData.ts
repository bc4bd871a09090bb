import { parseCell } from "../../../src/data/cells.ts";
import { groupLabels } from "../../../src/data/dataSet.ts";
import { readData, type DataFile } from "../../../src/data/readData.ts";
import { toFailure } from "../../../src/embed/rpc/failure.ts";
import type { Failure } from "../../../src/embed/rpc/protocol.ts";
import { correlations, type CorrelationMatrix } from "./correlations.ts";

export type ColumnKind = "number" | "category" | "text" | "empty";

/** One column of the data, summarised. Numbers are NaN where they do not apply. */
export interface ColumnSummary {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly missing: number;
  readonly distinct: number;
  readonly mean: number;
  readonly deviation: number;
  readonly smallest: number;
  readonly largest: number;
}

export interface DataDescription {
  readonly kind: "cases" | "matrix";
  /** Cases, or the observations that the matrix file states; 0 where it does not. */
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
  readonly names: readonly string[];
  /** The first rows, as text. */
  readonly preview: readonly (readonly string[])[];
  readonly correlations: CorrelationMatrix;
  /** Columns that could tell groups apart. */
  readonly grouping: readonly string[];
  /** Labels of the groups: those of `group` where it was asked for, or those of a matrix file. */
  readonly groups: readonly string[];
}

export type DataCheck =
  | { readonly status: "ok"; readonly description: DataDescription }
  | { readonly status: "error"; readonly error: Failure };

const PREVIEW_ROWS = 12;
/** More distinct values than this are no categories. */
const MOST_CATEGORIES = 12;

/** Reads a data text and says what is in it; what is wrong with it comes back as a value. */
export function describeData({ text, group }: { text: string; group: string }): DataCheck {
  try {
    const file = readData(text);
    const description = file.kind === "raw" ? describeCases(file, group) : describeMatrix(file);
    return { status: "ok", description };
  } catch (error) {
    return { status: "error", error: toFailure(error) };
  }
}

function describeCases(file: Extract<DataFile, { kind: "raw" }>, group: string): DataDescription {
  const { names, rows } = file.csv;
  const columns = names.map((name, field) =>
    summarise(
      name,
      rows.map((row) => row[field]!),
    ),
  );
  const numeric = columns.flatMap(({ kind, deviation }, field) =>
    kind === "number" && deviation > 0 ? [field] : [],
  );
  const values = numeric.map((field) =>
    Float64Array.from(rows, (row) => parseCell(row[field]!) ?? Number.NaN),
  );
  return {
    kind: "cases",
    rows: rows.length,
    columns,
    names,
    preview: rows.slice(0, PREVIEW_ROWS),
    correlations: correlations(
      numeric.map((field) => names[field]!),
      values,
    ),
    grouping: columns.flatMap(({ name, distinct, kind }) =>
      kind !== "empty" && distinct > 1 && distinct <= MOST_CATEGORIES && name !== "" ? [name] : [],
    ),
    groups: group !== "" && names.includes(group) ? groupLabels(file, group) : [""],
  };
}

function describeMatrix(file: Extract<DataFile, { kind: "moments" }>): DataDescription {
  const [first] = file.groups;
  const { names, matrix, n = 0, mean } = first!;
  const k = names.length;
  const deviations = names.map((_, i) => Math.sqrt(matrix[i * k + i]!));
  return {
    kind: "matrix",
    rows: n,
    names,
    columns: names.map((name, i) => ({
      name,
      kind: "number",
      missing: 0,
      distinct: Number.NaN,
      mean: mean?.[i] ?? Number.NaN,
      deviation: deviations[i]!,
      smallest: Number.NaN,
      largest: Number.NaN,
    })),
    preview: names.map((_, i) =>
      Array.from(matrix.subarray(i * k, i * k + k), (value) => value.toPrecision(5)),
    ),
    correlations: {
      names,
      matrix: names.map((_, i) =>
        names.map((_, j) => matrix[i * k + j]! / (deviations[i]! * deviations[j]!)),
      ),
    },
    grouping: [],
    groups: groupLabels(file),
  };
}

function summarise(name: string, cells: readonly string[]): ColumnSummary {
  const numbers = cells.map(parseCell);
  const texts = numbers.filter((value) => value === undefined).length;
  const present = numbers.filter((value): value is number => value !== undefined && !Number.isNaN(value));
  const missing = cells.length - present.length - texts;
  const distinct = new Set(
    cells.map((cell) => cell.trim()).filter((cell) => !Number.isNaN(parseCell(cell) ?? 0)),
  ).size;
  const base = { name, missing, distinct };
  if (texts > 0 || present.length === 0) {
    const nothing = { mean: NaN, deviation: NaN, smallest: NaN, largest: NaN };
    if (texts === 0) return { ...base, kind: "empty", ...nothing };
    return { ...base, kind: distinct <= MOST_CATEGORIES ? "category" : "text", ...nothing };
  }
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    ...base,
    kind: "number",
    mean,
    deviation: Math.sqrt(squares / (present.length - 1)),
    smallest: present.reduce((least, value) => Math.min(least, value), Infinity),
    largest: present.reduce((most, value) => Math.max(most, value), -Infinity),
  };
}
