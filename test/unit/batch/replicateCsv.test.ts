import { expect, test } from "vitest";
import { ProblemStatus } from "../../../src/engine/batch/batchEngine.ts";
import {
  mergeReplicateFiles,
  readReplicates,
  replicateHeader,
  replicateLines,
} from "../../../src/fit/bootstrap/replicateCsv.ts";
import type { Replicates } from "../../../src/fit/bootstrap/replicates.ts";
import { bootstrap, summarizeReplicates } from "../../../src/statistics/bootstrap.ts";
import { fit } from "../../../src/statistics/fit.ts";
import { caseData, caseModel, readCase } from "../../support/referenceCase.ts";

const head = { seed: 7, kind: "case", parameters: ["a", 'b, "c"'] } as const;

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
  return replicateHeader(head) + chunks.map((chunk) => replicateLines(head, chunk)).join("");
}

test("numbers come back to the bit", () => {
  const chunk = chunkOf(10, 5);
  chunk.status[2] = ProblemStatus.notConverged;
  chunk.status[3] = ProblemStatus.notPositiveDefinite;
  chunk.theta.fill(NaN, 6, 8);
  chunk.value[3] = NaN;
  const back = readReplicates(fileOf(chunk), head.parameters);
  expect(back.replicates).toEqual(chunk);
  expect([back.seed, back.kind]).toEqual([7, "case"]);
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

test("gaps are named, doubles and strangers refused", () => {
  expect(mergeReplicateFiles([fileOf(chunkOf(0, 3)), fileOf(chunkOf(4, 2), chunkOf(16, 2))]).missing).toEqual(
    ["3", "6-15"],
  );
  expect(() => mergeReplicateFiles([fileOf(chunkOf(0, 3)), fileOf(chunkOf(2, 3))])).toThrow("Replicate 2");
  const otherSeed = replicateHeader(head) + replicateLines({ ...head, seed: 8 }, chunkOf(5, 2));
  expect(() => mergeReplicateFiles([fileOf(chunkOf(0, 3)), otherSeed])).toThrow("another seed");
  expect(() => mergeReplicateFiles([fileOf(chunkOf(0, 3)), "x,y\n1,2\n"])).toThrow("first line");
  expect(() => readReplicates(fileOf(chunkOf(0, 3)), ["a", "z"])).toThrow("another model");
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
  const options = { replicates: 500, seed: 7 };
  const parameters = model.parameters.map(({ name }) => name);
  const own = { ...head, parameters };
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
  const { replicates } = readReplicates(merged.text, parameters);
  const summarised = summarizeReplicates(model, data, fitted, replicates, options);
  const { result } = await bootstrap(model, data, fitted, options);
  expect(summarised.parameters).toEqual(result.parameters);
});
