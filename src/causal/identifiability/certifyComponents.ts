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

/** Beyond this many observed variables components are not searched. */
const LARGEST_SEARCH = 40;

/**
 * Formulas for as many edges as possible: on the whole graph first, then, for variables with causes left over, in
 * the Tian components of their ancestors, alone and together with those of each other variable.
 */
export function certifyBlocks(
  graph: LatentFactorGraph,
  witnesses: readonly Witness[],
  options: CertifyOptions,
): FormulaBlock[] {
  const blocks: FormulaBlock[] = [{ graph, steps: certifyEdges(graph, witnesses, options) }];
  if (graph.names.length > LARGEST_SEARCH) return blocks;
  const k = graph.names.length;
  const known = new Set(
    blocks[0]!.steps.flatMap(({ solves, effect }) => solves.map((cause) => cause * k + effect)),
  );
  const isOpen = (v: number): boolean => graph.causes[v]!.some((cause) => !known.has(cause * k + v));
  const tried = new Set<string>();
  const causalOrder = orderOf(graph);
  for (const v of graph.names.keys()) {
    for (const targets of [[], ...[...graph.names.keys()].map((y) => [y])]) {
      if (!isOpen(v)) break;
      const component = tianComponent(graph, causalOrder, v, targets);
      const key = `${component.order.join(" ")} | ${component.district.toSorted((a, b) => a - b).join(" ")}`;
      if (component.order.length === 0 || tried.has(key)) continue;
      tried.add(key);
      const steps = insideComponent(component, witnesses, options);
      let isNew = false;
      for (const { solves, effect } of steps) {
        for (const cause of solves) {
          const edge = component.order[cause]! * k + component.order[effect]!;
          isNew ||= !known.has(edge);
          known.add(edge);
        }
      }
      if (isNew) blocks.push({ component, graph: component.graph, steps });
    }
  }
  return blocks;
}

function insideComponent(
  component: TianComponent,
  witnesses: readonly Witness[],
  options: CertifyOptions,
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
  return certifyEdges(component.graph, inside, options);
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
