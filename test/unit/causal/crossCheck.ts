import { exogenise } from "../../../src/causal/operations/exogenise.ts";
import { graphToModel } from "../../../src/causal/graph/toModel.ts";
import { certifyModel } from "../../../src/causal/identifiability/certifyModel.ts";
import { certificateOf } from "../../../src/causal/identifiability/certificate.ts";
import { effectByFormula } from "../../../src/causal/identifiability/effectByFormula.ts";
import { askedEffects } from "../../../src/causal/identifiability/effectQueries.ts";
import { localIdentifiability } from "../../../src/causal/identifiability/local.ts";
import {
  effectSpreads,
  NUMERICAL_DEFAULTS,
  perfectFits,
} from "../../../src/causal/identifiability/numericalCheck.ts";
import { randomFrom } from "../../../src/causal/identifiability/random.ts";
import { observedMoments } from "../../../src/causal/weighted.ts";
import { randomGraph } from "./randomGraph.ts";
import { genericParameters } from "../../../src/causal/identifiability/genericValues.ts";
import { totalEffectMatrix, toDense } from "../../../src/causal/weighted.ts";

export interface CrossCheckCounts {
  graphs: number;
  effects: number;
  locallyIdentified: number;
  certified: number;
  /** Without a certificate although locally identified: one value among perfect fits, several, too few fits. */
  openOneValue: number;
  openSeveralValues: number;
  openTooFewFits: number;
  /** Certificates by rule. */
  rules: Record<string, number>;
  /** Largest error of a formula on an exact Σ, relative to 1 and the effect, where Σ is not nearly singular. */
  worstFormulaError: number;
  contradictions: string[];
}

/** Runs rank, certificates and fits on random pmDAGs, each on its own, and lists every contradiction. */
export function crossCheck(seed: number, graphs: number): CrossCheckCounts {
  const random = randomFrom(seed);
  const counts: CrossCheckCounts = {
    graphs,
    effects: 0,
    locallyIdentified: 0,
    certified: 0,
    openOneValue: 0,
    openSeveralValues: 0,
    openTooFewFits: 0,
    rules: {},
    worstFormulaError: 0,
    contradictions: [],
  };
  for (let number = 0; number < graphs; number++) {
    const graph = randomGraph(random, {
      visible: 4 + Math.floor(random() * 5),
      latents: 1 + Math.floor(random() * 4),
      edgeShare: 0.2 + 0.4 * random(),
      latentEffects: 5,
    });
    const model = graphToModel(graph);
    const asked = askedEffects(model);
    const local = localIdentifiability(model, number + 1);
    const certified = certifyModel(model, exogenise(graph), asked, number + 1);
    const families = perfectFits(model, { ...NUMERICAL_DEFAULTS, seed: number + 1 });
    const spreads = effectSpreads(
      families,
      asked.map(({ place, kind }) => ({ place, direct: kind === "direct" })),
    );
    // An exact Σ at moderate parameters, for the formulas in double precision.
    const [structure] = model.structures;
    const theta = genericParameters(model, random, 0.5);
    const weighted = { structure: structure!, theta };
    const { names, covariance } = observedMoments(weighted);
    const order = certified.graph.names.map((name) => names.indexOf(name));
    const k = names.length;
    const sigma = Float64Array.from({ length: k * k }, (_, at) => {
      return covariance[order[Math.floor(at / k)]! * k + order[at % k]!]!;
    });
    const dense = toDense(weighted);
    const totals = totalEffectMatrix(dense.paths, [...names.keys()]);
    asked.forEach((effect, at) => {
      const spread = spreads[at]!;
      const name = `graph ${number}: ${effect.kind} ${effect.from} -> ${effect.to}`;
      const parameter = structure!.paths.find(
        ({ row, column }) => row === effect.place.from && column === effect.place.to,
      )?.parameter;
      const identified =
        effect.kind === "direct"
          ? local.parameterIdentified(parameter!)
          : local.totalEffectIdentified(effect.place);
      const certificate = certificateOf(certified, effect);
      counts.effects++;
      if (identified) counts.locallyIdentified++;
      if (certificate !== undefined) {
        counts.certified++;
        counts.rules[certificate.kind] = (counts.rules[certificate.kind] ?? 0) + 1;
        if (!identified) counts.contradictions.push(`${name}: certificate, but rank says no`);
        if (spread.distinct > 1)
          counts.contradictions.push(`${name}: certificate, but ${spread.distinct} values`);
        const truth = (effect.kind === "direct" ? dense.paths : totals)[
          effect.place.from * k + effect.place.to
        ]!;
        const error =
          Math.abs(effectByFormula(certified, effect, sigma) - truth) / Math.max(1, Math.abs(truth));
        counts.worstFormulaError = Math.max(counts.worstFormulaError, error);
        if (!(error < 1e-4)) counts.contradictions.push(`${name}: formula off by ${error}`);
      }
      if (!identified && spread.perfectFits >= 6 && spread.distinct < 2) {
        counts.contradictions.push(`${name}: rank says no, but ${spread.perfectFits} perfect fits agree`);
      }
      if (!identified || certificate !== undefined) return;
      if (4 * spread.settledTargets < 3 * spread.targets) counts.openTooFewFits++;
      else if (spread.distinct === 1) counts.openOneValue++;
      else counts.openSeveralValues++;
    });
  }
  return counts;
}
