import { halfTrekReachable, type LatentFactorGraph } from "./latentFactorGraph.ts";
import { UnitNetwork } from "./maxFlow.ts";

/**
 * What the equations for one variable may use: with the latents H set aside, the covariances of the errors of
 * every y in `candidates` with those of `effect` are a fixed combination ψ of their covariances with the errors
 * of the auxiliaries Z.
 */
export interface Setting {
  readonly effect: number;
  /** H. Empty in the plain half-trek criterion. */
  readonly latents: readonly number[];
  /** Z, as many as H. */
  readonly auxiliaries: readonly number[];
  /** Variables that may serve as Y. */
  readonly candidates: readonly number[];
  /** Those of them that stand for their residuals, y minus its causes' part. */
  readonly residual: ReadonlySet<number>;
}

/** Only latents with this many effects add anything to H (fewer leave no tetrad to use). */
const WIDE = 4;

/**
 * The settings for one variable in order of size of H, at most `most` of them: all H among the wide latents with
 * |H| ≤ `largest`, all Z ⊆ solved effects of H without the variable and its causes. Candidates for Y are outside
 * Z and the variable, share latents of H only with them, and are solved where a half-trek from them reaches Y.
 */
export function* settings(
  graph: LatentFactorGraph,
  effect: number,
  solved: ReadonlySet<number>,
  largest: number,
  most: number,
): Generator<Setting> {
  const wide = graph.effectsOfLatent.flatMap((list, latent) => (list.length >= WIDE ? [latent] : []));
  let count = 0;
  for (let size = 0; size <= Math.min(largest, wide.length); size++) {
    for (const latents of subsets(wide, size)) {
      const touched = new Set(latents.flatMap((h) => graph.effectsOfLatent[h]!));
      const allowed = [...touched].filter(
        (z) => solved.has(z) && z !== effect && !graph.causes[effect]!.includes(z),
      );
      for (const auxiliaries of subsets(allowed, size)) {
        if (++count > most) return;
        yield setting(graph, effect, solved, latents, auxiliaries);
      }
    }
  }
}

function setting(
  graph: LatentFactorGraph,
  effect: number,
  solved: ReadonlySet<number>,
  latents: readonly number[],
  auxiliaries: readonly number[],
): Setting {
  const ends = [effect, ...auxiliaries];
  const outside = new Set(ends.flatMap((end) => graph.latentsOf[end]!.filter((h) => !latents.includes(h))));
  const residual = halfTrekReachable(graph, ends, latents);
  const candidates = graph.names.flatMap((_, y) => {
    const shares = graph.latentsOf[y]!.some((h) => outside.has(h));
    return ends.includes(y) || shares || (residual.has(y) && !solved.has(y)) ? [] : [y];
  });
  return { effect, latents, auxiliaries, candidates, residual };
}

/**
 * The variables Y of a half-trek system without sided intersection from the candidates to the causes of the
 * setting's variable and to Z, those to Z of the form y ← h → z with h ∈ H; `undefined` where there is none.
 * By the theorem of Barber, Drton, Sturma and Weihs (2022, doi:10.1214/22-AOS2221, Theorem 3.7) the system then
 * determines the coefficients of all causes; with H = ∅ it is the half-trek criterion of Foygel, Draisma and
 * Drton (2012, doi:10.1214/12-AOS1012). Found as a maximum flow; a latent serves one half-trek.
 */
export function halfTrekSystem(graph: LatentFactorGraph, setting: Setting): number[] | undefined {
  const { effect, latents, auxiliaries, candidates } = setting;
  const network = new UnitNetwork();
  const [source, sink] = [network.node(), network.node()];
  const gate = (): { into: number; out: number } => {
    const [into, out] = [network.node(), network.node()];
    network.arc(into, out);
    return { into, out };
  };
  const right = graph.names.map(gate);
  const latent = graph.latentNames.map(gate);
  const entries = candidates.map((y) => {
    const left = network.node();
    network.arc(left, right[y]!.into);
    for (const h of graph.latentsOf[y]!) network.arc(left, latent[h]!.into);
    return { y, arc: network.arc(source, left) };
  });
  graph.effectsOfLatent.forEach((list, h) => {
    for (const to of list) {
      if (!auxiliaries.includes(to) || latents.includes(h)) network.arc(latent[h]!.out, right[to]!.into);
    }
  });
  graph.effects.forEach((list, from) => {
    if (auxiliaries.includes(from)) return;
    for (const to of list) if (!auxiliaries.includes(to)) network.arc(right[from]!.out, right[to]!.into);
  });
  const ends = [...graph.causes[effect]!, ...auxiliaries];
  for (const end of ends) network.arc(right[end]!.out, sink);
  if (network.push(source, sink, ends.length) < ends.length) return undefined;
  return entries.filter(({ arc }) => network.carries(arc)).map(({ y }) => y);
}

/** Subsets of a given size, in lexicographic order. */
function* subsets(items: readonly number[], size: number): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [at, item] of items.entries()) {
    for (const rest of subsets(items.slice(at + 1), size - 1)) yield [item, ...rest];
  }
}
