import { describe, expect, it } from "vitest";
import { readEdgeList } from "../../../src/causal/graph/edgeList.ts";
import { graphToModel } from "../../../src/causal/graph/toModel.ts";
import { directionFinder } from "../../../src/causal/identifiability/direction.ts";
import { localIdentifiability } from "../../../src/causal/identifiability/local.ts";
import { randomFrom } from "../../../src/causal/identifiability/random.ts";
import { randomGraph } from "./randomGraph.ts";
import { observedMoments } from "../../../src/causal/weighted.ts";

describe("localIdentifiability", () => {
  it("finds the bow's missing dimension, and a direction that moves the effect only", () => {
    const model = graphToModel(readEdgeList("X -> Y; X <-> Y"));
    const local = localIdentifiability(model);
    expect(local).toMatchObject({ parameters: 5, rank: 3, moments: 3 });
    const edge = model.parameters.findIndex(({ name }) => name === "Y~X");
    expect(local.parameterIdentified(edge)).toBe(false);
    const direction = directionFinder(model, local).ofParameter(edge)!;
    expect(direction.move["Y~X"]).toBeDefined();
    // To first order Σ stays: the change over a step h is O(h²), so it shrinks a hundredfold with h tenfold.
    const moved = (h: number): number => {
      const theta = Float64Array.from(
        model.parameters,
        ({ name }) => direction.at[name]! + h * (direction.move[name] ?? 0),
      );
      const start = Float64Array.from(model.parameters, ({ name }) => direction.at[name]!);
      const structure = model.structures[0]!;
      const before = observedMoments({ structure, theta: start }).covariance;
      const after = observedMoments({ structure, theta }).covariance;
      return Math.max(...after.map((value, i) => Math.abs(value - before[i]!)));
    };
    expect(moved(1e-3)).toBeLessThan(1e-4);
    expect(moved(1e-3) / moved(1e-4)).toBeGreaterThan(90);
  });

  it("handles 200 variables in seconds", () => {
    const graph = randomGraph(randomFrom(3), {
      visible: 200,
      latents: 60,
      edgeShare: 3 / 200,
      latentEffects: 4,
    });
    const model = graphToModel(graph);
    const started = performance.now();
    const local = localIdentifiability(model);
    const seconds = (performance.now() - started) / 1000;
    // Seconds, not minutes: measured 1.6 s; the bound leaves room for a busy machine.
    expect(seconds).toBeLessThan(20);
    expect(local.parameters).toBeGreaterThan(600);
    // The stated probability of a wrong verdict, below the target of one in a million.
    expect(local.errorBound).toBeLessThan(1e-6);
  });
});
