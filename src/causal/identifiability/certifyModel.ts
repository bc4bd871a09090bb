import type { Model } from "../../model/model.ts";
import type { CausalGraph } from "../graph.ts";
import { descendants } from "../graph.ts";
import { certifyBlocks, type FormulaBlock } from "./certifyComponents.ts";
import { CERTIFY_DEFAULTS, type CertifyOptions } from "./certifyEdges.ts";
import { certifyTotal, commonMediators, type TotalRule } from "./certifyTotals.ts";
import type { AskedEffect } from "./effectQueries.ts";
import type { FormulaStep } from "./formula.ts";
import { latentFactorGraph, type LatentFactorGraph } from "./latentFactorGraph.ts";
import { randomFrom } from "./random.ts";
import { witness, type Witness } from "./witness.ts";

/** Every formula found for a model, over the visible variables of its exogenous graph. */
export interface Certified {
  readonly graph: LatentFactorGraph;
  readonly blocks: readonly FormulaBlock[];
  /** The step that gives an edge's coefficient. */
  readonly edges: ReadonlyMap<string, EdgeFormula>;
  readonly totals: ReadonlyMap<string, TotalRule>;
}

/** A step, and the block whose positions it speaks in. */
export interface EdgeFormula {
  readonly block: FormulaBlock;
  readonly step: FormulaStep;
}

/** Key of an effect between two positions. */
export function effectKey(from: number, to: number): string {
  return `${from} ${to}`;
}

/**
 * Formulas for the effects asked about: first for all edges, then for total effects, causes of an effect before
 * the effect itself. `graph` is the model's exogenous graph. Two witnesses check every formula.
 */
export function certifyModel(
  model: Model,
  graph: CausalGraph,
  asked: readonly AskedEffect[],
  seed: number,
  options: CertifyOptions = CERTIFY_DEFAULTS,
): Certified {
  const random = randomFrom(seed);
  const factors = latentFactorGraph(graph);
  const witnesses = [witness(model, factors.names, random), witness(model, factors.names, random)];
  const blocks = certifyBlocks(factors, witnesses, options);
  const edges = new Map<string, EdgeFormula>();
  for (const block of blocks) {
    const whole = (vertex: number): number => block.component?.order[vertex] ?? vertex;
    for (const step of block.steps) {
      for (const cause of step.solves) {
        const key = effectKey(whole(cause), whole(step.effect));
        if (!edges.has(key)) edges.set(key, { block, step });
      }
    }
  }
  const totals = new Map<string, TotalRule>();
  const position = new Map(factors.names.map((name, index) => [name, index]));
  const wanted = new Map<number, Set<number>>();
  for (const { from, to, kind } of asked) {
    const [cause, effect] = [position.get(from), position.get(to)];
    if (kind !== "total" || cause === undefined || effect === undefined) continue;
    wanted.set(cause, (wanted.get(cause) ?? new Set()).add(effect));
  }
  const certify = (cause: number, effects: ReadonlySet<number>): void =>
    certifyFrom(factors, witnesses, cause, effects, edges, totals);
  for (const [cause, effects] of wanted) certify(cause, effects);
  for (const [cause, effects] of wanted) {
    for (const effect of effects) certifyByMediator(factors, [cause, effect], totals, certify);
  }
  return { graph: factors, blocks, edges, totals };
}

/** A total effect that has no rule of its own, as a product through a variable that all its paths pass. */
function certifyByMediator(
  graph: LatentFactorGraph,
  [from, to]: readonly [number, number],
  totals: Map<string, TotalRule>,
  certify: (cause: number, effects: ReadonlySet<number>) => void,
): void {
  if (totals.has(effectKey(from, to))) return;
  for (const mediator of commonMediators(graph, from, to)) {
    if (!totals.has(effectKey(from, mediator))) continue;
    if (!totals.has(effectKey(mediator, to))) certify(mediator, new Set([to]));
    if (!totals.has(effectKey(mediator, to))) continue;
    totals.set(effectKey(from, to), { rule: "mediator", mediator });
    return;
  }
}

/** Total effects of one variable, along the causal order so that later ones can build on earlier ones. */
function certifyFrom(
  graph: LatentFactorGraph,
  witnesses: readonly Witness[],
  from: number,
  wanted: ReadonlySet<number>,
  edges: ReadonlyMap<string, EdgeFormula>,
  totals: Map<string, TotalRule>,
): void {
  const above = descendants(graph.causes, wanted);
  const below = descendants(graph.effects, [from]);
  const pending = new Set([...below].filter((vertex) => vertex !== from && above.has(vertex)));
  const edgeKnown = (cause: number, effect: number): boolean => edges.has(effectKey(cause, effect));
  const totalKnown = (cause: number, effect: number): boolean => totals.has(effectKey(cause, effect));
  while (pending.size > 0) {
    const ready = [...pending].find((vertex) => graph.causes[vertex]!.every((cause) => !pending.has(cause)))!;
    pending.delete(ready);
    if (totals.has(effectKey(from, ready))) continue;
    const rule = certifyTotal(graph, witnesses, [from, ready], edgeKnown, totalKnown);
    if (rule !== undefined) totals.set(effectKey(from, ready), rule);
  }
}
