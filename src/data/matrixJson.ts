import { DataError } from "../errors.ts";
import { didYouMean } from "../model/syntax/suggest.ts";
import { symmetrised, type StatedMoments } from "./statedMoments.ts";

const KEYS = [
  "names",
  "covariance",
  "correlation",
  "standardDeviations",
  "mean",
  "n",
  "divisor",
  "label",
  "groups",
  "description",
];

const EXAMPLE = 'It should look like {"names": ["x", "y"], "covariance": [[2, 1], [1, 3]], "n": 100}.';

/**
 * Reads covariance or correlation matrices from JSON:
 * `{"names", "covariance" | "correlation", "standardDeviations"?, "mean"?, "n", "divisor"?: "n" | "n-1"}`,
 * or `{"groups": [{"label", …}, …]}` with one such object per group. A matrix may be a lower triangle.
 *
 * @throws DataError for text that is no JSON, and for keys, sizes or values that do not fit.
 */
export function matricesFromJson(text: string): StatedMoments[] {
  const root = asObject(parse(text), "the file");
  if (root["groups"] === undefined) return [readGroup(root, "")];
  if (!Array.isArray(root["groups"]) || root["groups"].length === 0) {
    throw new DataError('"groups" must be a list of objects', EXAMPLE);
  }
  return root["groups"].map((group, index) =>
    readGroup(asObject(group, `group ${index + 1}`), `${index + 1}`),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [, position] = /position (\d+)/.exec((error as Error).message) ?? [];
    const before = text.slice(0, Number(position ?? text.length)).split("\n");
    throw new DataError("this is not valid JSON", EXAMPLE, before.length, before.at(-1)!.length + 1);
  }
}

function readGroup(group: Record<string, unknown>, defaultLabel: string): StatedMoments {
  const unknown = Object.keys(group).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw new DataError(
      `"${unknown}" is not a key of a covariance file`,
      `${EXAMPLE}${didYouMean(unknown, KEYS)}`,
    );
  }
  const names = readNames(group["names"]);
  const k = names.length;
  if ((group["covariance"] === undefined) === (group["correlation"] === undefined)) {
    throw new DataError('a covariance file needs either "covariance" or "correlation"', EXAMPLE);
  }
  const key = group["covariance"] === undefined ? "correlation" : "covariance";
  let matrix = symmetrised(names, readMatrix(group[key], k, key));
  const deviations = readVector(group["standardDeviations"], k, "standardDeviations");
  if (key === "correlation") {
    const off = names.findIndex((_, i) => Math.abs(matrix[i * k + i]! - 1) > 1e-6);
    if (off >= 0) {
      const advice = 'Correct it, or call the matrix "covariance".';
      throw new DataError(`the correlation of "${names[off]}" with itself is not 1`, advice);
    }
    if (deviations) matrix = matrix.map((r, at) => r * deviations[Math.floor(at / k)]! * deviations[at % k]!);
  }
  return {
    label: group["label"] === undefined ? defaultLabel : String(group["label"]),
    names,
    matrix,
    isCorrelation: key === "correlation" && deviations === undefined,
    mean: readVector(group["mean"], k, "mean"),
    n: group["n"] === undefined ? undefined : asNumber(group["n"], "n"),
    divisor: readDivisor(group["divisor"]),
  };
}

function readNames(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.some((name) => typeof name !== "string")) {
    throw new DataError('"names" must be a list of texts', EXAMPLE);
  }
  return value as string[];
}

function readMatrix(value: unknown, k: number, key: string): Float64Array {
  const rows: readonly unknown[] = Array.isArray(value) ? value : [];
  const triangular = rows.every((row, i) => Array.isArray(row) && row.length === i + 1);
  if (rows.length !== k || !(triangular || rows.every((row) => Array.isArray(row) && row.length === k))) {
    throw new DataError(`"${key}" must be ${k}×${k}, one row and one column for each name`, EXAMPLE);
  }
  const cell = (i: number, j: number): number => asNumber((rows as unknown[][])[i]![j], `${key}[${i}][${j}]`);
  return Float64Array.from({ length: k * k }, (_, at) => {
    const [i, j] = [Math.floor(at / k), at % k];
    return triangular && j > i ? cell(j, i) : cell(i, j);
  });
}

function readVector(value: unknown, k: number, key: string): Float64Array | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length !== k) {
    throw new DataError(`"${key}" must be a list of ${k} numbers, one for each name`, EXAMPLE);
  }
  return Float64Array.from(value, (entry, i) => asNumber(entry, `${key}[${i}]`));
}

function readDivisor(value: unknown): "n" | "n-1" | undefined {
  if (value === undefined || value === "n" || value === "n-1") return value;
  throw new DataError('"divisor" must be "n" or "n-1"', "It says what the sums of squares were divided by.");
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new DataError(`${what} is not a JSON object`, EXAMPLE);
}

function asNumber(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new DataError(`"${what}" is not a finite number`, EXAMPLE);
}
