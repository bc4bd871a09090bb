import { certifyEdges, type CertifyOptions } from "./certifyEdges.ts";
import { componentSigma, tianComponent, type TianComponent } from "./component.ts";
import type { FormulaStep } from "./formula.ts";
import type { LatentFactorGraph } from "./latentFactorGraph.ts";
import type { Witness } from "./witness.ts";

/** Steps that belong together: on the whole graph, or inside a Tian component of it. */
export interface FormulaBlock {
  /** Absent for the whole graph. */
  readonly component?: TianComponent;
  /** The graph that the steps' numbers refer to. */
  readonly graph: LatentFactorGraph;
  readonly steps: readonly FormulaStep[];
}

/** Up to so many observed variables, components of each pair's ancestors are searched; then of each one's alone. */
const PAIRWISE_SEARCH = 12;
const LARGEST_SEARCH = 40;
/** Settings tried in one component; the whole graph has had the large share. */
const SETTINGS_INSIDE = 400;

/**
 * Formulas for as many edges as possible: on the whole graph first, then, for variables with causes left over, in
 * the Tian components of their ancestors, alone and together with those of each other variable; and so on with
 * what has become known, until a round brings nothing. A block may use coefficients of earlier blocks.
 */
export function certifyBlocks(
  graph: LatentFactorGraph,
  witnesses: readonly Witness[],
  options: CertifyOptions,
): FormulaBlock[] {
  const blocks: FormulaBlock[] = [];
  const k = graph.names.length;
  const known = new Set<number>();
  const isOpen = (v: number): boolean => graph.causes[v]!.some((cause) => !known.has(cause * k + v));
  const add = (block: FormulaBlock): boolean => {
    const whole = (vertex: number): number => block.component?.order[vertex] ?? vertex;
    for (const { solves, effect } of block.steps) {
      for (const cause of solves) known.add(whole(cause) * k + whole(effect));
    }
    if (block.steps.length > 0) blocks.push(block);
    return block.steps.length > 0;
  };
  const onWhole = (): boolean => {
    const given = (cause: number, effect: number): boolean => known.has(cause * k + effect);
    return add({ graph, steps: certifyEdges(graph, witnesses, options, given) });
  };
  onWhole();
  if (k > LARGEST_SEARCH) return blocks;
  const components = candidateComponents(graph, isOpen);
  for (let progress = true; progress && [...graph.names.keys()].some(isOpen);) {
    progress = false;
    for (const component of components) {
      if (!component.district.some(isOpen)) continue;
      const given = (cause: number, effect: number): boolean =>
        known.has(component.order[cause]! * k + component.order[effect]!);
      const steps = insideComponent(component, witnesses, options, given);
      if (add({ component, graph: component.graph, steps })) progress = true;
    }
    if (progress && !onWhole()) progress = [...graph.names.keys()].some(isOpen);
  }
  return blocks;
}

/** Components of open variables that differ from each other. */
function candidateComponents(graph: LatentFactorGraph, isOpen: (v: number) => boolean): TianComponent[] {
  const causalOrder = orderOf(graph);
  const found = new Map<string, TianComponent>();
  for (const v of [...graph.names.keys()].filter(isOpen)) {
    const partners = graph.names.length > PAIRWISE_SEARCH ? [] : [...graph.names.keys()];
    for (const targets of [[], [...graph.names.keys()], ...partners.map((y) => [y])]) {
      const component = tianComponent(graph, causalOrder, v, targets);
      const district = component.district.toSorted((a, b) => a - b).join(" ");
      if (component.district.length < graph.names.length) {
        found.set(`${component.order.join(" ")} | ${district}`, component);
      }
    }
  }
  return [...found.values()];
}

function insideComponent(
  component: TianComponent,
  witnesses: readonly Witness[],
  options: CertifyOptions,
  given: (cause: number, effect: number) => boolean,
): FormulaStep[] {
  const m = component.order.length;
  const inside: Witness[] = [];
  for (const { field, sigma, coefficients, totals } of witnesses) {
    const part = componentSigma(field, component, sigma);
    if (part === undefined) return [];
    const k = Math.sqrt(sigma.length);
    const among = (matrix: Float64Array): Float64Array =>
      Float64Array.from({ length: m * m }, (_, at) => {
        const [row, column] = [component.order[Math.floor(at / m)]!, component.order[at % m]!];
        return matrix[row * k + column]!;
      });
    inside.push({ field, sigma: part, coefficients: among(coefficients), totals: among(totals) });
  }
  return certifyEdges(component.graph, inside, { ...options, mostSettings: SETTINGS_INSIDE }, given);
}

/** Positions along the causal order. */
function orderOf({ causes }: LatentFactorGraph): number[] {
  const order: number[] = [];
  const placed = new Set<number>();
  const place = (vertex: number): void => {
    if (placed.has(vertex)) return;
    placed.add(vertex);
    for (const cause of causes[vertex]!) place(cause);
    order.push(vertex);
  };
  for (const vertex of causes.keys()) place(vertex);
  return order;
}
