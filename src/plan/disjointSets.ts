/** A partition of 0, …, count − 1 that starts with every number alone. */
export interface DisjointSets {
  /** The number that stands for the set of i. */
  find(i: number): number;
  /** Makes one set of those of i and j, which j's number stands for. */
  join(i: number, j: number): void;
}

/** Union–find with paths halved at every look (Tarjan and van Leeuwen, 1984, doi:10.1145/62.2160). */
export function disjointSets(count: number): DisjointSets {
  const parent = Uint32Array.from({ length: count }, (_, i) => i);
  const find = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!;
    return i;
  };
  return {
    find,
    join(i, j) {
      parent[find(i)] = find(j);
    },
  };
}
