import { descendants } from "../graph.ts";
import type { Field } from "./field.ts";
import type { LatentFactorGraph } from "./latentFactorGraph.ts";
import { solveLinear } from "./solve.ts";

/**
 * One part of Tian's decomposition: a district of the graph on an ancestral set, and its outside causes. Positions
 * refer to the whole graph; `order` lists district and outside causes along the causal order.
 */
export interface TianComponent {
  readonly district: readonly number[];
  readonly order: readonly number[];
  /** The graph of the part, its variables in the order of `order`. */
  readonly graph: LatentFactorGraph;
}

/**
 * The component of variable `v` in the graph on the ancestors of `targets`: the variables that shared latents link
 * to v within that set, with their causes, which become independent roots. Coefficients inside are those of the
 * whole graph (Tian 2005, AAAI; ancestral sets as in Drton and Weihs 2016, doi:10.1111/sjos.12227).
 */
export function tianComponent(
  whole: LatentFactorGraph,
  causalOrder: readonly number[],
  v: number,
  targets: readonly number[],
): TianComponent {
  const ancestral = descendants(whole.causes, [v, ...targets]);
  const within = (list: readonly number[]): number[] => list.filter((vertex) => ancestral.has(vertex));
  const linked = whole.names.map((_, vertex) =>
    whole.latentsOf[vertex]!.flatMap((latent) => within(whole.effectsOfLatent[latent]!)),
  );
  const district = descendants(linked, [v]);
  const members = new Set([...district, ...[...district].flatMap((vertex) => whole.causes[vertex]!)]);
  const order = causalOrder.filter((vertex) => members.has(vertex));
  const position = new Map(order.map((vertex, index) => [vertex, index]));
  const causes = order.map((vertex) =>
    district.has(vertex) ? whole.causes[vertex]!.map((cause) => position.get(cause)!) : [],
  );
  const shared = whole.effectsOfLatent.flatMap((effects, latent) => {
    const inside = effects.filter((vertex) => district.has(vertex)).map((vertex) => position.get(vertex)!);
    return inside.length > 1 ? [{ latent, inside }] : [];
  });
  const graph: LatentFactorGraph = {
    names: order.map((vertex) => whole.names[vertex]!),
    latentNames: shared.map(({ latent }) => whole.latentNames[latent]!),
    causes,
    effects: order.map((_, cause) =>
      causes.flatMap((list, effect) => (list.includes(cause) ? [effect] : [])),
    ),
    latentsOf: order.map((_, vertex) =>
      shared.flatMap(({ inside }, index) => (inside.includes(vertex) ? [index] : [])),
    ),
    effectsOfLatent: shared.map(({ inside }) => inside),
  };
  return { district: [...district], order, graph };
}

/**
 * Σ of a component from Σ of the whole: each variable of the district keeps its regression on the component's
 * earlier variables and the variance that is left, the outside causes become independent with variance 1.
 * `undefined` where a regression is singular.
 */
export function componentSigma(
  field: Field,
  { district, order }: TianComponent,
  sigma: Float64Array,
): Float64Array | undefined {
  const k = Math.sqrt(sigma.length);
  const m = order.length;
  const part = new Float64Array(m * m);
  for (const [c, vertex] of order.entries()) {
    if (!district.includes(vertex)) {
      part[c * m + c] = field.constant(1);
      continue;
    }
    const earlier = order.slice(0, c);
    const rows = earlier.map((w) =>
      Float64Array.from([...earlier, vertex], (other) => sigma[w * k + other]!),
    );
    const { values, rank } = solveLinear(field, rows, c);
    if (rank < c) return undefined;
    const sum = (start: number, term: (w: number) => number): number =>
      earlier.reduce((total, _, w) => field.add(total, field.multiply(values[w]!, term(w))), start);
    for (let u = 0; u < c; u++) {
      part[c * m + u] = sum(0, (w) => part[w * m + u]!);
      part[u * m + c] = part[c * m + u]!;
    }
    const explained = sum(0, (w) => sigma[earlier[w]! * k + vertex]!);
    const left = field.subtract(sigma[vertex * k + vertex]!, explained);
    part[c * m + c] = sum(left, (w) => part[w * m + c]!);
  }
  return part;
}
