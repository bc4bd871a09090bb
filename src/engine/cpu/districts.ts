import { disjointSets } from "../../plan/disjointSets.ts";
import type { CompiledStructure } from "./compiled.ts";

/** A set of variables linked through shared or correlated sources: a diagonal block of Ω = ΛᵀΨΛ. */
export interface District {
  /** Internal positions of its variables, ascending. */
  readonly members: Int32Array;
  /** Loadings and covariances (entry numbers) that stand inside the district. */
  readonly loadings: Int32Array;
  readonly covariances: Int32Array;
}

/** Districts of a structure, and the position of every variable inside its district. */
export interface Districts {
  readonly list: readonly District[];
  readonly districtOf: Int32Array;
  readonly positionOf: Int32Array;
}

/** Finds the districts by union–find over variables and sources. Sources without loadings belong to none. */
export function findDistricts(c: CompiledStructure): Districts {
  const { find, join } = disjointSets(c.p + c.q);
  for (let e = 0; e < c.loadings.count; e++) join(c.loadings.column[e]!, c.p + c.loadings.row[e]!);
  for (let e = 0; e < c.covariances.count; e++) {
    join(c.p + c.covariances.row[e]!, c.p + c.covariances.column[e]!);
  }
  const numberOf = new Map<number, number>();
  const members: number[][] = [];
  for (let variable = 0; variable < c.p; variable++) {
    const root = find(variable);
    if (!numberOf.has(root)) {
      numberOf.set(root, members.length);
      members.push([]);
    }
    members[numberOf.get(root)!]!.push(variable);
  }
  const entriesOf = (sources: Int32Array): number[][] => {
    const lists: number[][] = members.map(() => []);
    sources.forEach((source, e) => lists[numberOf.get(find(c.p + source)) ?? -1]?.push(e));
    return lists;
  };
  const loadings = entriesOf(c.loadings.row);
  const covariances = entriesOf(c.covariances.row);
  const districtOf = new Int32Array(c.p);
  const positionOf = new Int32Array(c.p);
  members.forEach((list, d) => {
    list.forEach((variable, i) => {
      districtOf[variable] = d;
      positionOf[variable] = i;
    });
  });
  const list = members.map((variables, d) => ({
    members: Int32Array.from(variables),
    loadings: Int32Array.from(loadings[d]!),
    covariances: Int32Array.from(covariances[d]!),
  }));
  return { list, districtOf, positionOf };
}
