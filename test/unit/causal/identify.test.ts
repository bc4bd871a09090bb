import { describe, expect, it } from "vitest";
import { readEdgeList } from "../../../src/causal/graph/edgeList.ts";
import { graphToModel } from "../../../src/causal/graph/toModel.ts";
import { identify } from "../../../src/causal/identifiability/identify.ts";
import { EIGHT_GRAPHS } from "../../../harness/studies/eightGraphs.ts";

describe("a signal", () => {
  const model = graphToModel(readEdgeList(EIGHT_GRAPHS[0]!.edges));

  it("that is aborted already ends the work before it begins", () => {
    const signal = AbortSignal.abort(new Error("not wanted"));
    expect(() => identify(model, { signal, numerical: "never" })).toThrow("not wanted");
  });

  it("is asked again and again, so that work under way ends soon", () => {
    let asked = 0;
    const throwIfAborted = (): void => {
      if (++asked === 20) throw new Error("no longer wanted");
    };
    const signal = { throwIfAborted } as AbortSignal;
    expect(() => identify(model, { signal, numerical: "always" })).toThrow("no longer wanted");
  });
});

describe("the eight graphs", () => {
  it("get DESIGN's verdicts from rank, certificates and fits, in under two seconds together", () => {
    const started = performance.now();
    for (const { name, edges, verdicts } of EIGHT_GRAPHS) {
      const model = graphToModel(readEdgeList(edges));
      for (const [effect, verdict] of Object.entries(verdicts)) {
        const [found] = identify(model, { effects: [effect], numerical: "always" }).effects;
        const { local, numerical } = found!.evidence;
        const isIdentifiable = verdict === "identifiable";
        expect([name, effect, found!.verdict]).toEqual([name, effect, verdict]);
        expect(local.identified).toBe(isIdentifiable);
        expect(found!.certificate !== null && found!.certificate.kind !== "numerical").toBe(isIdentifiable);
        expect(numerical!.perfectFits).toBeGreaterThan(12);
        if (isIdentifiable) expect(numerical!.distinct).toBe(1);
        else expect(numerical!.distinct).toBeGreaterThan(6);
      }
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
