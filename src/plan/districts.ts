import { disjointSets } from "./disjointSets.ts";
import { quadsOf } from "./quads.ts";
import { type Graph, type Lists, lists, numbers } from "./graph.ts";

/**
 * Districts: sets of variables linked through shared or correlated sources, the diagonal blocks of Ω = ΛᵀΨΛ.
 * Members are topological positions, ascending.
 */
export interface Districts {
  readonly count: number;
  readonly members: Lists;
  /** District of each variable, and its place inside it. */
  readonly districtOf: Uint32Array;
  readonly placeOf: Uint32Array;
  /** ⌈size/4⌉ of each district. */
  readonly quads: Uint32Array;
  /** Element where the block of each district begins, in buffers of one size×4⌈size/4⌉ block a district. */
  readonly offset: Uint32Array;
  /** Elements of such a buffer. */
  readonly elements: number;
  readonly sizes: readonly number[];
}

/** Finds the districts by union–find over variables and sources. */
export function planDistricts(graph: Graph): Districts {
  const { p, q, entries } = graph;
  const { find, join } = disjointSets(p + q);
  for (const e of numbers(entries.loadings)) join(entries.column[e]!, p + entries.row[e]!);
  for (const e of numbers(entries.covariances)) join(p + entries.row[e]!, p + entries.column[e]!);
  const numberOf = new Map<number, number>();
  const districtOf = new Uint32Array(p);
  const placeOf = new Uint32Array(p);
  const sizes: number[] = [];
  for (let variable = 0; variable < p; variable++) {
    const root = find(variable);
    const district = numberOf.get(root) ?? sizes.push(0) - 1;
    numberOf.set(root, district);
    districtOf[variable] = district;
    placeOf[variable] = sizes[district]!++;
  }
  const all = numbers({ first: 0, count: p });
  const quads = Uint32Array.from(sizes, quadsOf);
  const offset = new Uint32Array(sizes.length);
  let elements = 0;
  sizes.forEach((size, district) => {
    offset[district] = elements;
    elements += size * 4 * quads[district]!;
  });
  return {
    count: sizes.length,
    members: lists(sizes.length, all, (variable) => districtOf[variable]!),
    districtOf,
    placeOf,
    quads,
    offset,
    elements,
    sizes,
  };
}
