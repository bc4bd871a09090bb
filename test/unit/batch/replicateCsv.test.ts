import { expect, test } from "vitest";
import { ProblemStatus } from "../../../src/engine/batch/batchEngine.ts";
import {
  mergeReplicateFiles as mergeFiles,
  type MergedReplicates,
  readReplicates,
  type ReplicateFileHead,
  replicateHeader,
  replicateLines,
} from "../../../src/fit/bootstrap/replicateCsv.ts";
import type { Replicates } from "../../../src/fit/bootstrap/replicates.ts";
import { bootstrap, type BootstrapOptions, summarizeReplicates } from "../../../src/statistics/bootstrap.ts";
import { fingerprint, replicateFileHead } from "../../../src/statistics/replicateFile.ts";
import { fit } from "../../../src/statistics/fit.ts";
import { caseData, caseModel, readCase } from "../../support/referenceCase.ts";

const head = { of: 30, seed: 7, kind: "case", sample: "0123abcd", parameters: ["a", 'b, "c"'] } as const;

function chunkOf(first: number, count: number): Replicates {
  return {
    first,
    count,
    theta: Float64Array.from({ length: 2 * count }, (_, i) => Math.sin(first * 2 + i) / 3),
    value: Float64Array.from({ length: count }, (_, i) => 1 / (first + i + 1)),
    status: new Uint8Array(count),
    evaluations: new Uint16Array(count),
    inadmissible: Uint8Array.from({ length: count }, (_, i) => (first + i) % 2),
  };
}

function fileOf(...chunks: readonly Replicates[]): string {
  return fileOfRun(head, ...chunks);
}

function fileOfRun(own: ReplicateFileHead, ...chunks: readonly Replicates[]): string {
  return replicateHeader(own) + chunks.map((chunk) => replicateLines(own, chunk)).join("");
}

function mergeReplicateFiles(texts: readonly string[]): MergedReplicates {
  return mergeFiles(texts.map((text, i) => ({ name: `${i + 1}.csv`, text })));
}

test("numbers come back to the bit", () => {
  const chunk = chunkOf(10, 5);
  chunk.status[2] = ProblemStatus.notConverged;
  chunk.status[3] = ProblemStatus.notPositiveDefinite;
  chunk.theta[0] = -0;
  chunk.theta[1] = 1e-310;
  chunk.theta.fill(NaN, 6, 8);
  chunk.value[3] = NaN;
  const back = readReplicates({ name: "r.csv", text: fileOf(chunk) }, head.parameters);
  expect(back.replicates).toEqual(chunk);
  expect(back.head).toEqual(head);
});

test("merged shards are what one run writes, to the byte", () => {
  const whole = fileOf(chunkOf(0, 30));
  const merged = mergeReplicateFiles([
    fileOf(chunkOf(20, 10)),
    fileOf(chunkOf(0, 11)),
    fileOf(chunkOf(11, 9)),
  ]);
  expect(merged).toEqual({ text: whole, count: 30, missing: [] });
});

test("gaps are named, at the end too, and a line that was cut off is one", () => {
  const files = [fileOf(chunkOf(0, 3)), fileOf(chunkOf(4, 2), chunkOf(16, 2))];
  expect(mergeReplicateFiles(files).missing).toEqual(["3", "6-15", "18-29"]);
  const cut = fileOf(chunkOf(0, 30)).slice(0, -5);
  expect(mergeReplicateFiles([cut])).toMatchObject({ count: 29, missing: ["29"] });
  expect(mergeReplicateFiles([replicateHeader(head)])).toMatchObject({ count: 0, missing: [] });
});

test("doubles and strangers are refused by name", () => {
  const first = fileOf(chunkOf(0, 3));
  const other = (changes: Partial<ReplicateFileHead>): string =>
    fileOfRun({ ...head, ...changes }, chunkOf(5, 2));
  const merge = (second: string) => () => mergeReplicateFiles([first, second]);
  expect(merge(fileOf(chunkOf(2, 3)))).toThrow("2.csv:2: replicate 2 was there before");
  expect(merge(other({ seed: 8 }))).toThrow("2.csv has another seed (8) than the files before it (7)");
  expect(merge(other({ of: 40 }))).toThrow("2.csv has another number of replicates in all (40)");
  expect(merge(other({ kind: "parametric" }))).toThrow("another kind of resampling (parametric)");
  expect(merge(other({ sample: "0123abce" }))).toThrow("another sample or estimator");
  expect(merge(other({ parameters: ["a", "d"] }))).toThrow("2.csv has other parameters than 1.csv");
  expect(merge("x,y\n1,2\n")).toThrow("2.csv is no replicate file");
  expect(merge(first.replace("\n0,", "\n30,"))).toThrow("2.csv:2: this line has no replicate number");
  const read = (text: string) => () => readReplicates({ name: "r.csv", text }, head.parameters);
  expect(() => readReplicates({ name: "r.csv", text: first }, ["a", "z"])).toThrow("another model");
  expect(read(first.replace(/\n1,(.*),[^,]*\n/, "\n1,$1,low\n"))).toThrow(
    "r.csv:3: this line is no replicate",
  );
  expect(read(first.replace(/\n1,(.*),[^,]*\n/, "\n1,$1\n"))).toThrow("r.csv:3: this line is no replicate");
  expect(read(first.replace("converged", "fine"))).toThrow("r.csv:2: this line is no replicate");
});

test("replicates that were not run are left out", () => {
  const chunk = chunkOf(0, 3);
  chunk.status[1] = ProblemStatus.notRun;
  expect(fileOf(chunk).trimEnd().split("\n")).toHaveLength(3);
});

test("shards of a bootstrap, merged and summarised, give the result of one run", async () => {
  const reference = readCase("02_poldem_sem");
  const model = caseModel(reference);
  const data = caseData(reference, model);
  const fitted = await fit(model, data);
  const options: BootstrapOptions = { replicates: 500, seed: 7, interval: "bca" };
  const own = replicateFileHead(model, data, options);
  const write = async (shard?: { index: number; count: number }): Promise<string> => {
    let text = replicateHeader(own);
    await bootstrap(model, data, fitted, {
      ...options,
      ...(shard && { shard }),
      onReplicates: (chunk) => void (text += replicateLines(own, chunk)),
    });
    return text;
  };
  const shards = await Promise.all([3, 1, 2].map((index) => write({ index, count: 3 })));
  const merged = mergeReplicateFiles(shards);
  expect(merged.text).toBe(await write());
  const { replicates } = readReplicates({ name: "", text: merged.text }, own.parameters);
  const summarised = await summarizeReplicates(model, data, fitted, replicates, options);
  const { result } = await bootstrap(model, data, fitted, options);
  expect(summarised.parameters).toEqual(result.parameters);
});

test("other data, parameters or estimators have another fingerprint", () => {
  const reference = readCase("02_poldem_sem");
  const model = caseModel(reference);
  const data = caseData(reference, model);
  const names = model.parameters.map(({ name }) => name);
  const [group] = data.groups;
  const columns = group!.table!.columns.map((column) => column.slice());
  columns[3]![5]! += 1e-12;
  const changed = { ...data, groups: [{ ...group!, table: { ...group!.table!, columns } }] };
  const prints = [
    fingerprint(names, data, { replicates: 1 }),
    fingerprint(names, data, { replicates: 2, estimator: "ULS" }),
    fingerprint(names, changed, { replicates: 1 }),
    fingerprint(names.toReversed(), data, { replicates: 1 }),
  ];
  expect(new Set(prints).size).toBe(4);
  expect(fingerprint(names, data, { replicates: 7, seed: 9 })).toBe(prints[0]);
});
