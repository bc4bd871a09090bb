import type { Districts } from "./districts.ts";
import { type Graph, listOf } from "./graph.ts";

export type MethodName = "covariance" | "accumulation" | "district";

/** How a value and its gradient are to be computed. `dense`: paths and loadings as matrices rather than lists. */
export interface MethodChoice {
  readonly method: MethodName;
  readonly dense: boolean;
}

/** Which choices there are for a problem beside the covariance method. */
export interface MethodConditions {
  /** Maximum likelihood, and every variable observed. */
  readonly district: boolean;
  /** Every variable observed, and many of them. */
  readonly dense: boolean;
  /** Many variables: compiling the matrix products that the method needs pays. */
  readonly accumulation: boolean;
}

/**
 * Nanoseconds of a multiply-add by the kind of kernel, measured on software WebGPU; only their ratios matter.
 * A product uses what it loads many times; a walk through the graph loads an index and a weight for every four
 * multiply-adds; a gather loads its operands from all over.
 */
const NANOSECONDS = { product: 0.9, walk: 2.5, gather: 3, scattered: 12 } as const;

/** Nanoseconds of one value and gradient by a choice, from the formulas of DESIGN §2. */
export function estimatedTime(graph: Graph, districts: Districts, choice: MethodChoice): number {
  const { p, q, k, entries } = graph;
  const { product, walk, gather } = NANOSECONDS;
  const paths = entries.paths.count;
  const loadings = entries.loadings.count;
  const covariances = entries.covariances.count;
  // One factorisation, one inverse, and products of triangles.
  const discrepancy = product * (4 / 3) * k ** 3;
  if (choice.method === "district") return districtTime(graph, districts);
  if (choice.method === "accumulation") {
    const walks = 2 * q * (p + paths);
    const products = 1.5 * p * p * q;
    return discrepancy + product * products + walk * walks + gather * (q * paths + loadings + covariances);
  }
  if (choice.dense) {
    const products = p * p * q + p ** 3;
    return discrepancy + product * products + gather * (q * k + k * (loadings + covariances));
  }
  const walks = q * (p + paths) + k * (2 * p + 2 * paths + loadings);
  return discrepancy + walk * walks + gather * k * (q + paths + loadings + covariances);
}

/** Ω, K and M, a factorisation by district, and gradients that are sums inside districts. */
function districtTime(graph: Graph, districts: Districts): number {
  const { p, entries } = graph;
  const sizeOf = (variable: number): number => districts.sizes[districts.districtOf[variable]!]!;
  const effects = (source: number): number => listOf(graph.loadingsOfSource, source).length;
  let gathers = 0;
  for (let e = 0; e < entries.loadings.count; e++) {
    const source = entries.row[e]!;
    for (const psi of listOf(graph.covariancesOfSource, source)) {
      gathers += 2 * effects(entries.row[psi]! + entries.column[psi]! - source);
    }
  }
  for (let e = entries.covariances.first; e < entries.count; e++) {
    gathers += effects(entries.row[e]!) * effects(entries.column[e]!);
  }
  let scattered = 0;
  const { first, count } = entries.paths;
  for (let e = first; e < first + count; e++) scattered += 2 * sizeOf(entries.column[e]!);
  const cubes = districts.sizes.reduce((sum, size) => sum + 2 * size ** 3, 0);
  const { product, walk, gather } = NANOSECONDS;
  return product * cubes + walk * p * (p + count) + gather * gathers + NANOSECONDS.scattered * scattered;
}

/** The choice that is estimated to take least, among those whose conditions hold and that use `wanted`, where given. */
export function cheapestMethod(
  graph: Graph,
  districts: Districts,
  conditions: MethodConditions,
  wanted?: MethodName,
): MethodChoice {
  const choices: MethodChoice[] = [{ method: "covariance", dense: false }];
  if (conditions.accumulation || wanted === "accumulation") {
    choices.push({ method: "accumulation", dense: false });
  }
  if (conditions.district) choices.push({ method: "district", dense: false });
  if (conditions.dense) choices.push({ method: "covariance", dense: true });
  const time = (choice: MethodChoice): number => estimatedTime(graph, districts, choice);
  return choices
    .filter(({ method }) => wanted === undefined || method === wanted)
    .reduce((best, choice) => (time(choice) < time(best) ? choice : best));
}
