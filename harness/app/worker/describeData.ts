import { parseCell } from "../../../src/data/cells.ts";
import type { CsvFile } from "../../../src/data/csvFile.ts";
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
  /** Counted up to one more than categories may be. */
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
  /** The first rows and columns, as text. */
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
/** More columns would take longer to draw than anybody looks at them. */
const PREVIEW_COLUMNS = 50;
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
  const read = names.map((_, field) => readColumn(file.csv, field));
  const columns = names.map((name, field) => summarise(name, read[field]!));
  const numeric = columns.flatMap(({ kind, deviation }, field) =>
    kind === "number" && deviation > 0 ? [field] : [],
  );
  return {
    kind: "cases",
    rows: rows.length,
    columns,
    names,
    preview: rows.slice(0, PREVIEW_ROWS).map((row) => row.slice(0, PREVIEW_COLUMNS)),
    correlations: correlations(
      numeric.map((field) => names[field]!),
      numeric.map((field) => read[field]!.values),
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
    preview: names
      .slice(0, PREVIEW_COLUMNS)
      .map((_, i) =>
        Array.from(matrix.subarray(i * k, i * k + Math.min(k, PREVIEW_COLUMNS)), (value) =>
          value.toPrecision(5),
        ),
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

/** One column, every cell parsed once. */
interface ReadColumn {
  /** NaN where a cell is missing or no number. */
  readonly values: Float64Array;
  readonly missing: number;
  readonly texts: number;
  /** Distinct cells that are not missing; not counted beyond what could be categories. */
  readonly distinct: number;
}

function readColumn({ rows, decimal }: CsvFile, field: number): ReadColumn {
  const values = new Float64Array(rows.length);
  const seen = new Set<string>();
  let [missing, texts] = [0, 0];
  rows.forEach((row, at) => {
    const value = parseCell(row[field]!, decimal);
    values[at] = value ?? Number.NaN;
    if (value === undefined) texts++;
    else if (Number.isNaN(value)) missing++;
    if ((value === undefined || !Number.isNaN(value)) && seen.size <= MOST_CATEGORIES)
      seen.add(row[field]!.trim());
  });
  return { values, missing, texts, distinct: seen.size };
}

function summarise(name: string, { values, missing, texts, distinct }: ReadColumn): ColumnSummary {
  const base = { name, missing, distinct };
  const count = values.length - missing - texts;
  if (texts > 0 || count === 0) {
    const nothing = { mean: NaN, deviation: NaN, smallest: NaN, largest: NaN };
    if (texts === 0) return { ...base, kind: "empty", ...nothing };
    return { ...base, kind: distinct <= MOST_CATEGORIES ? "category" : "text", ...nothing };
  }
  let [sum, squares, smallest, largest] = [0, 0, Infinity, -Infinity];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
  }
  const mean = sum / count;
  for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  return {
    ...base,
    kind: "number",
    mean,
    deviation: Math.sqrt(squares / (count - 1)),
    smallest,
    largest,
  };
}
