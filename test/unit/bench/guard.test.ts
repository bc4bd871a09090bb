import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { forgotten, slowdowns } from "../../../harness/bench/guard/compare.ts";
import { collectCounts, type Counts } from "../../../harness/bench/guard/counts.ts";

const baseline = JSON.parse(readFileSync("harness/bench/guard/baseline.json", "utf8")) as Counts;
const counts = await collectCounts();

// Where a rise is meant, `npm run bench -- --renew-baseline` renews the baseline and names what rose; say why in the commit.
test("no count rose above the committed baseline", () => {
  expect(slowdowns(baseline, counts)).toEqual([]);
});

test("the baseline holds nothing that is counted no more", () => {
  expect(forgotten(baseline, counts)).toEqual([]);
});

test("an iteration allocates nothing on the device, and a poll one staging buffer", () => {
  const polls = Object.entries(counts).filter(([name]) => name.endsWith("made a poll"));
  expect(polls.length).toBeGreaterThan(0);
  for (const [name, count] of polls) expect(count, name).toBe(name.endsWith("buffers made a poll") ? 1 : 0);
});

test("a rise is told by name, and iterations may differ by a tenth", () => {
  const before = { "a: dispatches": 9, "b: iterations": 20 };
  expect(slowdowns(before, { "a: dispatches": 10, "b: iterations": 22 })).toEqual([
    "a: dispatches: rose from 9 to 10",
  ]);
  expect(slowdowns(before, { "a: dispatches": 8, "b: iterations": 23 })).toEqual([
    "b: iterations: rose from 20 to 23",
  ]);
});
