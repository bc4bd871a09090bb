import { descendants } from "../graph.ts";
import { effectKey, type Certified } from "./certifyModel.ts";
import { partialSlopeOver } from "./certifyTotals.ts";
import { componentSigma } from "./component.ts";
import type { AskedEffect } from "./effectQueries.ts";
import { REAL } from "./field.ts";
import { runSteps, unknownCoefficients } from "./formula.ts";

/**
 * An effect by its formula, from a covariance matrix of the graph's visible variables (k×k, in the order of
 * `certified.graph.names`): a consistent estimate where the matrix is a sample's. NaN where there is no formula.
 */
export function effectByFormula(
  certified: Certified,
  { from, to, kind }: Pick<AskedEffect, "from" | "to" | "kind">,
  covariance: Float64Array,
): number {
  const { graph, totals } = certified;
  const k = graph.names.length;
  const [cause, target] = [graph.names.indexOf(from), graph.names.indexOf(to)];
  const coefficients = allCoefficients(certified, covariance);
  if (kind === "direct") return coefficients[cause * k + target]!;
  const total = (start: number, vertex: number): number => {
    const rule = totals.get(effectKey(start, vertex));
    if (vertex === start) return 1;
    if (rule === undefined) return NaN;
    if (rule.rule === "mediator") return total(start, rule.mediator) * total(rule.mediator, vertex);
    if (rule.rule === "paths") {
      const below = descendants(graph.effects, [start]);
      const last = graph.causes[vertex]!.filter((via) => below.has(via));
      return last.reduce((sum, via) => sum + total(start, via) * coefficients[via * k + vertex]!, 0);
    }
    const z = rule.rule === "instrument" ? rule.instrument : start;
    return partialSlopeOver(REAL, covariance, k, [z, start, vertex], rule.set);
  };
  return total(cause, target);
}

/** Coefficients of every edge that has a formula; k×k, NaN where there is none. */
function allCoefficients({ graph, blocks }: Certified, covariance: Float64Array): Float64Array {
  const k = graph.names.length;
  const coefficients = unknownCoefficients(graph.causes);
  for (const { component, graph: inside, steps } of blocks) {
    const sigma = component === undefined ? covariance : componentSigma(REAL, component, covariance);
    if (sigma === undefined) continue;
    const m = inside.names.length;
    const whole = (vertex: number): number => component?.order[vertex] ?? vertex;
    const place = (at: number): number => whole(Math.floor(at / m)) * k + whole(at % m);
    const before = unknownCoefficients(inside.causes).map((value, at) =>
      Number.isNaN(value) ? coefficients[place(at)]! : value,
    );
    runSteps(REAL, steps, inside.causes, sigma, before).forEach((value, at) => {
      if (Number.isNaN(coefficients[place(at)]!)) coefficients[place(at)] = value;
    });
  }
  return coefficients;
}
