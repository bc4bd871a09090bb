import { expect, test } from "vitest";
import { expectedTime } from "../../../src/fit/expectedTime.ts";

test.each([
  [2e-4, "under a millisecond"],
  [0.0047, "4.7 ms"],
  [0.4702, "470 ms"],
  [1.234, "1.2 s"],
  [975, "980 s"],
])("%d seconds read %s", (seconds, words) => {
  expect(expectedTime(seconds)).toBe(words);
});
