import type { FormulaBlock } from "./certifyComponents.ts";
import { effectKey, type Certified, type EdgeFormula } from "./certifyModel.ts";
import type { AskedEffect } from "./effectQueries.ts";
import { describeStep, type FormulaStep } from "./formula.ts";
import { descendants } from "../graph.ts";

/** Why an effect is identifiable, in words and formulas. */
export interface Certificate {
  readonly kind: "noPath" | FormulaStep["rule"] | "adjustment" | "paths" | "mediator" | "numerical";
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
    const found = edges.get(effectKey(cause, target));
    return found === undefined ? undefined : edgeCertificate(certified, found);
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

/** τ as a product of two total effects that have certificates of their own. */
function mediatorCertificate(
  certified: Certified,
  { from, to }: Pick<AskedEffect, "from" | "to">,
  mediator: number,
): Certificate {
  const middle = certified.graph.names[mediator]!;
  const part = (first: string, second: string): Certificate =>
    certificateOf(certified, { from: first, to: second, kind: "total", exists: true })!;
  const steps = [part(from, middle), part(middle, to)].flatMap(({ steps, formula }) => steps.concat(formula));
  return {
    kind: "mediator",
    formula: `τ(${from}→${to}) = τ(${from}→${middle})·τ(${middle}→${to})`,
    source: "every directed path passes the mediator (Wright 1921)",
    steps: [...new Set(steps)],
  };
}

function edgeCertificate(certified: Certified, found: EdgeFormula): Certificate {
  const { block, step } = found;
  const lines = describeEdges(certified, [found]);
  const inside = block.component === undefined ? "" : ", in a component of Tian's decomposition (2005)";
  return {
    kind: step.rule,
    formula: lines.at(-1)!,
    source: SOURCES[step.rule] + inside,
    steps: lines.slice(0, -1),
  };
}

/** Formulas of edges and of all they build on, in the order they were found; a component is introduced first. */
function describeEdges(certified: Certified, wanted: readonly EdgeFormula[]): string[] {
  const needed = new Set(wanted.map(({ step }) => step));
  const queue = [...wanted];
  for (const { block, step } of queue) {
    const whole = (vertex: number): number => block.component?.order[vertex] ?? vertex;
    for (const head of headsUsed(step)) {
      const causes = head === step.effect ? step.known : block.graph.causes[head]!;
      for (const cause of causes) {
        const earlier = certified.edges.get(effectKey(whole(cause), whole(head)))!;
        if (needed.has(earlier.step)) continue;
        needed.add(earlier.step);
        queue.push(earlier);
      }
    }
  }
  return certified.blocks.flatMap((block) => {
    const steps = block.steps.filter((step) => needed.has(step));
    const lines = steps.map((step) => describeStep(step, block.graph.names, block.graph.causes));
    return lines.length === 0 ? [] : [...introduction(block), ...lines];
  });
}

/** Variables whose incoming coefficients a step takes from earlier steps. */
function headsUsed({ equations, auxiliaries, known, effect }: FormulaStep): number[] {
  const residuals = equations.flatMap(({ variable, residual }) => (residual ? [variable] : []));
  return [...residuals, ...auxiliaries, ...(known.length > 0 ? [effect] : [])];
}

function introduction({ component, graph }: FormulaBlock): string[] {
  if (component === undefined) return [];
  const district = new Set(component.district.map((vertex) => component.order.indexOf(vertex)));
  const inside = graph.names.filter((_, vertex) => district.has(vertex)).join(", ");
  const roots = graph.names.filter((_, vertex) => !district.has(vertex)).join(", ");
  const names = graph.names.join(", ");
  if (roots === "") return [`with ${names} only:`];
  return [
    `with σ of ${names} after Tian: ${inside} regressed on the earlier of them, ${roots} independent with variance 1:`,
  ];
}

/** Paths that are written out; of more, only the rule is stated. */
const MOST_PATHS = 12;

/** τ as a sum of products along directed paths, whose coefficients and earlier totals stand in the steps. */
function pathsCertificate(certified: Certified, from: number, to: number, tau: string): Certificate {
  const { graph, edges, totals } = certified;
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
      const { steps, formula } = certificateOf(certified, query)!;
      for (const line of [...steps, formula]) earlier.add(line);
      return [`τ(${query.from}→${query.to})·${beta}`];
    });
  const written = pathCount(from, to, inner) <= MOST_PATHS;
  const sum = written ? products(to).join(" + ") : "Σ over directed paths of Π β along the path";
  const described = describeEdges(certified, used);
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
