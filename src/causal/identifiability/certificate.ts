import { effectKey, type Certified } from "./certifyModel.ts";
import type { AskedEffect } from "./effectQueries.ts";
import { describeStep, runSteps, type FormulaStep } from "./formula.ts";
import { REAL } from "./field.ts";
import { partialSlopeOver } from "./certifyTotals.ts";
import { descendants } from "../graph.ts";

/** Why an effect is identifiable, in words and formulas. */
export interface Certificate {
  readonly kind:
    | "noPath"
    | "regression"
    | "instrument"
    | "halfTrek"
    | "latentFactorHalfTrek"
    | "edgewise"
    | "adjustment"
    | "paths"
    | "mediator"
    | "numerical";
  /** The effect as a function of the covariances σ of the observed variables; steps before it stand in `steps`. */
  readonly formula: string;
  /** The theorem. */
  readonly source: string;
  /** Formulas that `formula` builds on, in order. */
  readonly steps: readonly string[];
}

const SOURCES: Readonly<Record<FormulaStep["rule"] | "adjustment" | "paths", string>> = {
  regression: "regression on all causes; errors of cause and effect are independent (Wright 1921)",
  instrument:
    "instrumental variable; half-trek criterion (Foygel, Draisma and Drton 2012, doi:10.1214/12-AOS1012)",
  halfTrek: "half-trek criterion (Foygel, Draisma and Drton 2012, doi:10.1214/12-AOS1012)",
  latentFactorHalfTrek:
    "latent-factor half-trek criterion (Barber, Drton, Sturma and Weihs 2022, doi:10.1214/22-AOS2221)",
  edgewise: "edgewise half-trek criterion (Weihs et al. 2018, doi:10.1515/jci-2017-0009)",
  adjustment: "back-door adjustment (Pearl 1993; Perković et al. 2018)",
  paths: "sum over directed paths (Wright 1921)",
};

/** The certificate of an effect, where a formula was found. */
export function certificateOf(
  certified: Certified,
  effect: Omit<AskedEffect, "place">,
): Certificate | undefined {
  const { from, to, kind, exists } = effect;
  if (!exists) {
    const source = "the graph has no directed path from cause to effect";
    return { kind: "noPath", formula: `τ(${from}→${to}) = 0`, source, steps: [] };
  }
  const { graph, edges, totals } = certified;
  const [cause, target] = [graph.names.indexOf(from), graph.names.indexOf(to)];
  if (cause < 0 || target < 0) return undefined;
  if (kind === "direct") {
    const step = edges.get(effectKey(cause, target));
    return step === undefined ? undefined : edgeCertificate(certified, step);
  }
  const rule = totals.get(effectKey(cause, target));
  if (rule === undefined) return undefined;
  const tau = `τ(${from}→${to})`;
  if (rule.rule === "paths") return pathsCertificate(certified, cause, target, tau);
  if (rule.rule === "mediator") return mediatorCertificate(certified, effect, rule.mediator);
  const set = rule.set.map((vertex) => graph.names[vertex]!);
  const given = set.length === 0 ? "" : `|${set.join(",")}`;
  if (rule.rule === "adjustment") {
    const formula = `${tau} = coefficient of ${from} in the regression of ${to} on ${[from, ...set].join(", ")}`;
    return { kind: "adjustment", formula, source: SOURCES.adjustment, steps: [] };
  }
  const z = graph.names[rule.instrument]!;
  const formula = `${tau} = σ(${z},${to}${given}) / σ(${z},${from}${given})`;
  return { kind: "instrument", formula, source: "conditional instrument (Brito and Pearl 2002)", steps: [] };
}

/**
 * An effect by its formula, from a covariance matrix of the graph's visible variables (k×k, in the order of
 * `certified.graph.names`): a consistent estimate where the matrix is a sample's. NaN where there is no formula.
 */
export function effectByFormula(
  certified: Certified,
  { from, to, kind }: Pick<AskedEffect, "from" | "to" | "kind">,
  covariance: Float64Array,
): number {
  const { graph, steps, totals } = certified;
  const k = graph.names.length;
  const [cause, target] = [graph.names.indexOf(from), graph.names.indexOf(to)];
  const coefficients = runSteps(REAL, steps, graph.causes, covariance);
  if (kind === "direct") return coefficients[cause * k + target]!;
  const total = (start: number, vertex: number): number => {
    const rule = totals.get(effectKey(start, vertex));
    if (vertex === start) return 1;
    if (rule === undefined) return NaN;
    if (rule.rule === "mediator") return total(start, rule.mediator) * total(rule.mediator, vertex);
    if (rule.rule === "paths") {
      const below = descendants(graph.effects, [start]);
      const last = graph.causes[vertex]!.filter((cause) => below.has(cause));
      return last.reduce((sum, via) => sum + total(start, via) * coefficients[via * k + vertex]!, 0);
    }
    const z = rule.rule === "instrument" ? rule.instrument : start;
    return partialSlopeOver(REAL, covariance, k, [z, start, vertex], rule.set);
  };
  return total(cause, target);
}

/** τ as a product of two total effects that have certificates of their own. */
function mediatorCertificate(
  certified: Certified,
  { from, to }: Pick<AskedEffect, "from" | "to">,
  mediator: number,
): Certificate {
  const middle = certified.graph.names[mediator]!;
  const ends = [
    [from, middle],
    [middle, to],
  ] as const;
  const parts = ends.map(([first, second]) =>
    certificateOf(certified, { from: first, to: second, kind: "total", exists: true })!,
  );
  const steps = parts.flatMap((part) => part.steps.concat(part.formula));
  return {
    kind: "mediator",
    formula: `τ(${from}→${to}) = τ(${from}→${middle})·τ(${middle}→${to})`,
    source: "every directed path passes the mediator (Wright 1921)",
    steps: [...new Set(steps)],
  };
}

function edgeCertificate({ graph, steps }: Certified, step: FormulaStep): Certificate {
  const describe = (each: FormulaStep): string => describeStep(each, graph.names, graph.causes);
  const before = neededBefore(graph.causes, steps, [step]);
  const { rule } = step;
  return { kind: rule, formula: describe(step), source: SOURCES[rule], steps: before.map(describe) };
}

/** Paths that are written out; of more, only the rule is stated. */
const MOST_PATHS = 12;

/** τ as a sum of products along directed paths, whose coefficients and earlier totals stand in the steps. */
function pathsCertificate(certified: Certified, from: number, to: number, tau: string): Certificate {
  const { graph, steps, edges, totals } = certified;
  const below = descendants(graph.effects, [from]);
  const ruleTo = (vertex: number): string | undefined => totals.get(effectKey(from, vertex))?.rule;
  const inner = (vertex: number): number[] => graph.causes[vertex]!.filter((cause) => below.has(cause));
  const reached = new Set([to]);
  for (const vertex of reached) {
    for (const cause of inner(vertex)) if (cause !== from && ruleTo(cause) === "paths") reached.add(cause);
  }
  const used = [...reached].flatMap((vertex) =>
    inner(vertex).map((cause) => edges.get(effectKey(cause, vertex))!),
  );
  const name = (vertex: number): string => graph.names[vertex]!;
  const earlier = new Set<string>();
  const products = (vertex: number): string[] =>
    inner(vertex).flatMap((cause) => {
      const beta = `β(${name(cause)}→${name(vertex)})`;
      if (cause === from) return [beta];
      if (ruleTo(cause) === "paths") return products(cause).map((product) => `${product}·${beta}`);
      const query = { from: name(from), to: name(cause), kind: "total" as const, exists: true };
      earlier.add(certificateOf(certified, query)!.formula);
      return [`τ(${query.from}→${query.to})·${beta}`];
    });
  const written = pathCount(from, to, inner) <= MOST_PATHS;
  const sum = written ? products(to).join(" + ") : "Σ over directed paths of Π β along the path";
  const needed = new Set([...neededBefore(graph.causes, steps, used), ...used]);
  const described = steps
    .filter((step) => needed.has(step))
    .map((step) => describeStep(step, graph.names, graph.causes));
  return {
    kind: "paths",
    formula: `${tau} = ${sum}`,
    source: SOURCES.paths,
    steps: [...described, ...earlier],
  };
}

/** Number of directed paths, each vertex counted once and remembered. */
function pathCount(from: number, to: number, inner: (vertex: number) => number[]): number {
  const counts = new Map<number, number>([[from, 1]]);
  const count = (vertex: number): number => {
    const known = counts.get(vertex);
    if (known !== undefined) return known;
    const sum = inner(vertex).reduce((total, cause) => total + count(cause), 0);
    counts.set(vertex, sum);
    return sum;
  };
  return count(to);
}

/** Steps whose coefficients the given ones use, directly or not, in the order they were found. */
function neededBefore(
  causes: readonly (readonly number[])[],
  steps: readonly FormulaStep[],
  targets: readonly FormulaStep[],
): FormulaStep[] {
  const needed = new Set<FormulaStep>();
  const queue = [...targets];
  for (const step of queue) {
    const heads = [
      ...step.equations.flatMap(({ variable, residual }) => (residual ? [variable] : [])),
      ...step.auxiliaries,
      ...(step.known.length > 0 ? [step.effect] : []),
    ].filter((variable) => causes[variable]!.length > 0);
    for (const earlier of steps.slice(0, steps.indexOf(step))) {
      if (!heads.includes(earlier.effect) || needed.has(earlier)) continue;
      needed.add(earlier);
      queue.push(earlier);
    }
  }
  return steps.filter((step) => needed.has(step));
}
