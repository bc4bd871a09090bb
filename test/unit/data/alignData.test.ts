import { describe, expect, it } from "vitest";
import { alignData } from "../../../src/data/alignData.ts";
import { DataError } from "../../../src/errors.ts";

const DATA = {
  groups: [
    {
      label: "",
      moments: {
        names: ["a", "b", "c"],
        n: 3,
        covariance: Float64Array.of(1, 2, 3, 2, 4, 5, 3, 5, 6),
        mean: Float64Array.of(10, 20, 30),
      },
      table: {
        names: ["a", "b", "c"],
        columns: [Float64Array.of(1), Float64Array.of(2), Float64Array.of(3)],
        rows: 1,
      },
    },
  ],
  warnings: [],
};

describe("alignData", () => {
  it("picks and orders the variables of moments and cases", () => {
    const [group] = alignData(DATA, [["c", "a"]]).groups;
    expect(group!.moments.names).toEqual(["c", "a"]);
    expect(Array.from(group!.moments.covariance)).toEqual([6, 3, 3, 1]);
    expect(Array.from(group!.moments.mean!)).toEqual([30, 10]);
    expect(group!.table!.columns.map((column) => column[0])).toEqual([3, 1]);
  });

  it("hands back data that are in order as they are", () => {
    expect(alignData(DATA, [["a", "b", "c"]])).toBe(DATA);
  });

  it("names what is missing", () => {
    expect(() => alignData(DATA, [["a", "zeta"]])).toThrow(DataError);
    expect(() => alignData(DATA, [["a", "zeta"]])).toThrow(/zeta/);
    expect(() => alignData(DATA, [["a"], ["b"]])).toThrow(/2 groups/);
  });
});
