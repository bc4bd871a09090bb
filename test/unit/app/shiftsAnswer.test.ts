import { describe, expect, it } from "vitest";
import { answersSettings } from "../../../harness/app/state/shiftsAnswer.ts";
import { whatIf } from "../../../harness/app/worker/whatIf.ts";

const DATA = "X,M,Y\n1,2,1\n2,1,3\n3,5,2\n4,3,5\n5,4,4\n6,7,8\n7,5,6\n";
const INPUT = {
  analysis: { model: "M ~ X\nY ~ M", data: DATA },
  estimates: [0.7, 0.8, 1, 1.5, 4],
  group: 0,
};
const set = (...variables: string[]) => variables.map((variable) => ({ variable, deviations: 1 }));

describe("answersSettings", () => {
  it("holds for the worker's answer to the same question", () => {
    for (const settings of [set("X"), set("M"), set("X", "M")]) {
      expect(answersSettings(whatIf({ ...INPUT, settings }), settings)).toBe(true);
    }
  });

  it("does not hold while the worker has not answered the latest choice", () => {
    const none = whatIf({ ...INPUT, settings: [] });
    expect(none.map(({ shift }) => shift)).toEqual([0, 0, 0]);
    expect(answersSettings(none, set("X"))).toBe(false);
    expect(answersSettings([], set("X"))).toBe(false);
    const ofX = whatIf({ ...INPUT, settings: set("X") });
    expect(answersSettings(ofX, set("X", "M"))).toBe(false);
    expect(answersSettings(ofX, set("M"))).toBe(false);
    expect(answersSettings(whatIf({ ...INPUT, settings: set("X", "M") }), set("M", "X"))).toBe(false);
    expect(answersSettings(ofX, [])).toBe(false);
  });
});
