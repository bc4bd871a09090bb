import { ProblemStatus } from "../../engine/batch/batchEngine.ts";
import { SemnanError } from "../../errors.ts";
import type { Replicates } from "./replicates.ts";
import type { ResamplingKind } from "./resampler.ts";

/** Words for `ProblemStatus`, in its order. */
const STATUS_WORDS = ["converged", "not converged", "not positive definite"] as const;
const STATUSES: ReadonlyMap<string, number> = new Map(STATUS_WORDS.map((word, status) => [word, status]));

/** Columns before those of the parameters; the second to the fifth are those of the run, the same in every line. */
const FIXED_COLUMNS = [
  "replicate",
  "of",
  "seed",
  "kind",
  "sample",
  "status",
  "inadmissible",
  "discrepancy",
] as const;

/** What all lines of one replicate file share. */
export interface ReplicateFileHead {
  /** Replicates of the whole run, all shards together. */
  readonly of: number;
  readonly seed: number;
  readonly kind: ResamplingKind;
  /** Fingerprint of the data, the estimator and the parameters: replicates of different ones do not mix. */
  readonly sample: string;
  /** Names of the parameters, in order. */
  readonly parameters: readonly string[];
}

/** The header line of a replicate file. */
export function replicateHeader({ parameters }: Pick<ReplicateFileHead, "parameters">): string {
  return `${[...FIXED_COLUMNS, ...parameters].map(quoted).join(",")}\n`;
}

/**
 * One line for every replicate that was run. Numbers have as many digits as it takes to read them back to the bit;
 * what does not exist is NA.
 */
export function replicateLines(head: ReplicateFileHead, chunk: Replicates): string {
  const t = head.parameters.length;
  const ofRun = runOf(head);
  const lines: string[] = [];
  for (let i = 0; i < chunk.count; i++) {
    const status = chunk.status[i]!;
    if (status === ProblemStatus.notRun) continue;
    let line = `${chunk.first + i},${ofRun},${STATUS_WORDS[status]!},${chunk.inadmissible[i]!},${number(chunk.value[i]!)}`;
    for (let j = i * t; j < i * t + t; j++) line += `,${number(chunk.theta[j]!)}`;
    lines.push(`${line}\n`);
  }
  return lines.join("");
}

function runOf({ of, seed, kind, sample }: Omit<ReplicateFileHead, "parameters">): string {
  return [of, seed, kind, sample].join(",");
}

function number(value: number): string {
  if (!Number.isFinite(value)) return "NA";
  return Object.is(value, -0) ? "-0" : String(value);
}

function quoted(name: string): string {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** A replicate file and the name that messages call it by. */
export interface ReplicateFile {
  readonly name: string;
  readonly text: string;
}

/** A replicate file put together from the files of shards. */
export interface MergedReplicates {
  /** What one run of all replicates would have written, to the byte. */
  readonly text: string;
  readonly count: number;
  /** Numbers of the run's replicates that no file has, as ranges "3" or "10-19". */
  readonly missing: readonly string[];
}

/**
 * Merges the replicate files of shards, in whatever order they come. A last line without an end was cut off in writing
 * and counts as not there.
 *
 * @throws SemnanError where files belong to different runs, a replicate stands in two of them, or a text is no such file.
 */
export function mergeReplicateFiles(files: readonly ReplicateFile[]): MergedReplicates {
  const lines = new Map<number, string>();
  let header: string | undefined;
  let run: readonly string[] | undefined;
  for (const { name, text } of files) {
    const [first, ...rest] = text.split("\n").slice(0, -1);
    if (!first?.startsWith(FIXED_COLUMNS.join(","))) throw fileError(`${name} is no replicate file`);
    header ??= first;
    if (first !== header) throw fileError(`${name} has other parameters than ${files[0]!.name}`);
    for (const [index, line] of rest.entries()) {
      const [replicate, ...own] = line.split(",", 5);
      run ??= own;
      if (own.join() !== run.join()) throw fileError(`${name} has ${difference(own, run)}`);
      const place = Number(replicate);
      if (!/^\d+$/.test(replicate!) || place >= Number(run[0])) {
        throw fileError(`${name}:${index + 2}: this line has no replicate number`);
      }
      if (lines.has(place)) throw fileError(`${name}:${index + 2}: replicate ${place} was there before`);
      lines.set(place, line);
    }
  }
  const numbers = [...lines.keys()].sort((a, b) => a - b);
  const body = numbers.map((place) => `${lines.get(place)!}\n`).join("");
  const missing = gaps(numbers, Number(run?.[0] ?? 0));
  return { text: `${header ?? ""}\n${body}`, count: numbers.length, missing };
}

function difference(own: readonly string[], run: readonly string[]): string {
  const words = ["number of replicates in all", "seed", "kind of resampling", "sample or estimator"];
  const place = words.findIndex((_, i) => own[i] !== run[i]);
  return place === 3
    ? `another ${words[place]} than the files before it`
    : `another ${words[place]} (${own[place]}) than the files before it (${run[place]})`;
}

function fileError(message: string): SemnanError {
  return new SemnanError(
    message,
    "Give the files that shards of one run wrote with --replicates, each once.",
  );
}

function gaps(numbers: readonly number[], count: number): string[] {
  const found: string[] = [];
  let expected = 0;
  for (const place of [...numbers, count]) {
    if (place === expected + 1) found.push(String(expected));
    else if (place > expected) found.push(`${expected}-${place - 1}`);
    expected = place + 1;
  }
  return found;
}

/**
 * Reads a replicate file back; the head is absent where it has no line.
 *
 * @throws SemnanError where it is none, has other parameters than `parameters`, or a cell that is no number.
 */
export function readReplicates(
  { name, text }: ReplicateFile,
  parameters: readonly string[],
): { readonly head: ReplicateFileHead | undefined; readonly replicates: Replicates } {
  const [header, ...lines] = text.split("\n").slice(0, -1);
  if (`${header}\n` !== replicateHeader({ parameters })) {
    throw fileError(`${name} belongs to another model: its columns are not those of its parameters`);
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
  for (const [line, cells] of rows.entries()) {
    const [replicate, , , , , status, inadmissible, value, ...estimates] = cells;
    const i = Number(replicate) - first;
    const numbers = [value!, ...estimates].map((cell) => (cell === "NA" ? NaN : Number(cell || "?")));
    const isBroken = numbers.some((parsed, j) => Number.isNaN(parsed) && [value, ...estimates][j] !== "NA");
    if (isBroken || estimates.length !== t || !STATUSES.has(status!)) {
      throw fileError(`${name}:${line + 2}: this line is no replicate`);
    }
    replicates.status[i] = STATUSES.get(status!)!;
    replicates.inadmissible[i] = Number(inadmissible);
    replicates.value[i] = numbers[0]!;
    replicates.theta.set(numbers.slice(1), i * t);
  }
  const [of, seed, kind, sample] = rows[0]?.slice(1, 5) ?? [];
  const head =
    sample === undefined
      ? undefined
      : { of: Number(of), seed: Number(seed), kind: kind as ResamplingKind, sample, parameters };
  return { head, replicates };
}
