import { ProblemStatus } from "../../engine/batch/batchEngine.ts";
import { DataError } from "../../errors.ts";
import type { Replicates } from "./replicates.ts";
import type { ResamplingKind } from "./resampler.ts";

/** Words for `ProblemStatus`, in its order. */
const STATUS_WORDS = ["converged", "not converged", "not positive definite"] as const;

/** Columns before those of the parameters. */
const FIXED_COLUMNS = ["replicate", "seed", "kind", "status", "inadmissible", "discrepancy"];

/** What all lines of one replicate file share. */
export interface ReplicateFileHead {
  readonly seed: number;
  readonly kind: ResamplingKind;
  /** Names of the parameters, in order. */
  readonly parameters: readonly string[];
}

/** The header line of a replicate file. */
export function replicateHeader({ parameters }: ReplicateFileHead): string {
  return `${[...FIXED_COLUMNS, ...parameters].map(quoted).join(",")}\n`;
}

/**
 * One line for every replicate that was run. Numbers have as many digits as it takes to read them back to the bit;
 * what does not exist is NA.
 */
export function replicateLines({ seed, kind, parameters }: ReplicateFileHead, chunk: Replicates): string {
  const t = parameters.length;
  const lines: string[] = [];
  for (let i = 0; i < chunk.count; i++) {
    const status = chunk.status[i]!;
    if (status === ProblemStatus.notRun) continue;
    const estimates = Array.from(chunk.theta.subarray(i * t, i * t + t), number);
    const word = STATUS_WORDS[status]!;
    const head = [chunk.first + i, seed, kind, word, chunk.inadmissible[i], number(chunk.value[i]!)];
    lines.push(`${[...head, ...estimates].join(",")}\n`);
  }
  return lines.join("");
}

function number(value: number): string {
  return Number.isFinite(value) ? String(value) : "NA";
}

function quoted(name: string): string {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** A replicate file put together from the files of shards. */
export interface MergedReplicates {
  /** What one run of all replicates would have written, to the byte. */
  readonly text: string;
  readonly count: number;
  /** Numbers of replicates that no file has, as ranges "3" or "10-19", up to the highest number seen. */
  readonly missing: readonly string[];
}

/**
 * Merges the replicate files of shards, in whatever order they come.
 *
 * @throws DataError where files belong to different runs, a replicate stands in two of them, or a text is no such file.
 */
export function mergeReplicateFiles(texts: readonly string[]): MergedReplicates {
  const lines = new Map<number, string>();
  let header: string | undefined;
  let run: string | undefined;
  texts.forEach((text, file) => {
    const [first, ...rest] = text.split("\n");
    header ??= first;
    if (first !== header || !first?.startsWith(FIXED_COLUMNS.join(","))) {
      throw fileError(`The first line of file ${file + 1} is not that of the same replicates.`);
    }
    for (const line of rest) {
      if (line === "") continue;
      const [replicate, seed, kind] = line.split(",", 3);
      run ??= `${seed},${kind}`;
      if (run !== `${seed},${kind}`)
        throw fileError(`File ${file + 1} has another seed or kind of resampling.`);
      const number = Number(replicate);
      if (!Number.isInteger(number) || number < 0)
        throw fileError(`File ${file + 1} has a line without a replicate number.`);
      if (lines.has(number)) throw fileError(`Replicate ${number} stands in more than one place.`);
      lines.set(number, line);
    }
  });
  const numbers = [...lines.keys()].sort((a, b) => a - b);
  const body = numbers.map((number) => `${lines.get(number)!}\n`).join("");
  return { text: `${header ?? ""}\n${body}`, count: numbers.length, missing: gaps(numbers) };
}

function fileError(message: string): DataError {
  return new DataError(message, "Give the files that shards of one run wrote with --replicates, each once.");
}

function gaps(numbers: readonly number[]): string[] {
  const found: string[] = [];
  let expected = 0;
  for (const number of numbers) {
    if (number === expected + 1) found.push(String(expected));
    else if (number > expected) found.push(`${expected}-${number - 1}`);
    expected = number + 1;
  }
  return found;
}

/**
 * Reads a replicate file back.
 *
 * @throws DataError where it is none, or has other parameters than `parameters`.
 */
export function readReplicates(
  text: string,
  parameters: readonly string[],
): ReplicateFileHead & { replicates: Replicates } {
  const [header, ...lines] = text.trimEnd().split("\n");
  if (header !== replicateHeader({ seed: 0, kind: "case", parameters }).trimEnd()) {
    throw fileError("The replicate file belongs to another model.");
  }
  const rows = lines.map((line) => line.split(","));
  const first = Number(rows[0]?.[0] ?? 0);
  const count = rows.length === 0 ? 0 : Number(rows.at(-1)![0]) - first + 1;
  const t = parameters.length;
  const replicates: Replicates = {
    first,
    count,
    theta: new Float64Array(count * t).fill(NaN),
    value: new Float64Array(count).fill(NaN),
    status: new Uint8Array(count).fill(ProblemStatus.notRun),
    evaluations: new Uint16Array(count),
    inadmissible: new Uint8Array(count),
  };
  for (const [replicate, , , status, inadmissible, value, ...estimates] of rows) {
    const i = Number(replicate) - first;
    replicates.status[i] = STATUS_WORDS.indexOf(status as (typeof STATUS_WORDS)[number]);
    replicates.inadmissible[i] = Number(inadmissible);
    replicates.value[i] = Number(value);
    estimates.forEach((estimate, j) => (replicates.theta[i * t + j] = Number(estimate)));
  }
  const [seed, kind] = rows[0]?.slice(1, 3) ?? ["1", "case"];
  return { seed: Number(seed), kind: kind as ResamplingKind, parameters, replicates };
}
