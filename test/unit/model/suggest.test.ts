import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "../../../src/model/syntax/suggest.ts";

describe("suggestions", () => {
  it.each([
    ["strat", "start"],
    ["SPEED", "speed"],
    ["visaul", "visual"],
    ["x22", "x2"],
    ["ab", "a"],
    ["loading", "loadings"],
    ["A", "a"],
    ["b", undefined],
    ["thing", undefined],
    ["start", undefined],
  ])("%s → %s", (name, expected) => {
    expect(nearest(name, ["start", "speed", "visual", "x2", "a", "loadings"])).toBe(expected);
  });

  it("say nothing where nothing is near", () => {
    expect(didYouMean("q", ["start"])).toBe("");
    expect(didYouMean("strt", ["start"])).toBe(' Did you mean "start"?');
  });

  it("take no time over long names", () => {
    const long = "x".repeat(100_000);
    expect(nearest(long, [`${long}y`])).toBeUndefined();
    expect(nearest(long, [long.toUpperCase()])).toBe(long.toUpperCase());
  });
});
