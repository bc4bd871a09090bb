import { describe, expect, it } from "vitest";
import { crossCheck } from "./crossCheck.ts";

// `npm run check:identify` runs 2,000 graphs; the sample here keeps the contract in every test run.
const GRAPHS = Number(process.env["SEMNAN_CROSS_CHECK_GRAPHS"] ?? 20);

describe(`rank, certificates and perfect fits on ${GRAPHS} random pmDAGs`, () => {
  it(
    "never contradict each other",
    () => {
      const counts = crossCheck(2309, GRAPHS);
      if (GRAPHS > 100) console.log(counts);
      expect(counts.contradictions).toEqual([]);
      expect(counts.certified).toBeGreaterThan(GRAPHS);
    },
    30 * 60_000,
  );
});
