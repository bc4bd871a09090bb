import { describe, expect, it } from "vitest";
import { readEdgeList } from "../../../src/causal/graph/edgeList.ts";
import { graphToModel } from "../../../src/causal/graph/toModel.ts";
import { certifyEdges, CERTIFY_DEFAULTS } from "../../../src/causal/identifiability/certifyEdges.ts";
import { identify } from "../../../src/causal/identifiability/identify.ts";
import { latentFactorGraph } from "../../../src/causal/identifiability/latentFactorGraph.ts";
import { randomFrom } from "../../../src/causal/identifiability/random.ts";
import { witness } from "../../../src/causal/identifiability/witness.ts";
import { edgeListOf, KNOWN_CASES } from "./literature.ts";

describe("cases from the literature", () => {
  it("are twenty-five or more", () => expect(KNOWN_CASES.length).toBeGreaterThanOrEqual(25));

  it.each(KNOWN_CASES.map((known) => [known.name, known] as const))("%s", (_, known) => {
    const graph = readEdgeList(edgeListOf(known));
    const model = graphToModel(graph);
    const asked = known.effects?.map((effect) => effect.replace(">", " -> "));
    const effects = identify(model, asked === undefined ? {} : { effects: asked }).effects.filter(
      ({ kind }) => kind === "direct",
    );
    const verdicts = effects.map(({ verdict }) => verdict);
    if (known.verdict === "identifiable") expect(verdicts).toEqual(verdicts.map(() => "identifiable"));
    if (known.verdict === "identifiable" && known.proof !== false) {
      expect(effects.filter(({ certificate }) => certificate?.kind === "numerical")).toEqual([]);
    }
    if (known.verdict === "infinite") expect(verdicts).toContain("notIdentifiable");
    if (known.verdict === "finite") {
      expect(verdicts).not.toContain("notIdentifiable");
      expect(verdicts).toContain("locallyIdentifiable");
    }
    if (known.criterion === undefined) return;
    const factors = latentFactorGraph(graph);
    const published = { ...CERTIFY_DEFAULTS, edgewise: false };
    const random = randomFrom(7);
    const witnesses = [witness(model, factors.names, random), witness(model, factors.names, random)];
    const solved = certifyEdges(factors, witnesses, published).flatMap(({ solves }) => solves);
    const all = factors.causes.flat().length;
    expect(solved.length === all).toBe(known.criterion);
  });
});
