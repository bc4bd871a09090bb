import type { MethodChoice } from "../../../src/plan/cost.ts";
import type { Districts } from "../../../src/plan/districts.ts";
import { type Graph, listOf } from "../../../src/plan/graph.ts";

/** Multiply-adds of one value and gradient, by step. */
export interface MultiplyAdds {
  readonly forward: number;
  readonly discrepancy: number;
  readonly backward: number;
}

/**
 * The multiply-adds that a method needs for maximum likelihood, counted from the plan; |Λ|, |B|, |Ψ| are numbers of
 * entries, m a district's size, and what is zero or known by symmetry is not counted.
 *
 *     covariance          q|B| + k|Ψ| + k(|Λ| + |B|)     4k³/3     k|B| + k(|Λ| + |B|)
 *     covariance, dense   p²q + k|Ψ|                     4k³/3     p³ + k|Λ|
 *     accumulation        q|B| + p²q/2                   4k³/3     p²q + q|B| + q(|Λ| + |B|)
 *     district            Σ_ψ |effects|² + p|B| + Σ_B m  Σ 2m³     Σ_B m + 2 Σ_ψ |effects|²
 */
export function multiplyAdds(graph: Graph, districts: Districts, choice: MethodChoice): MultiplyAdds {
  const { p, q, k, entries } = graph;
  const paths = entries.paths.count;
  const loadings = entries.loadings.count;
  const covariances = entries.covariances.count;
  const discrepancy = (4 / 3) * k ** 3;
  if (choice.method === "district") return districtMultiplyAdds(graph, districts);
  if (choice.method === "accumulation") {
    return {
      forward: q * paths + (p * p * q) / 2,
      discrepancy,
      backward: p * p * q + q * paths + q * (loadings + paths),
    };
  }
  if (choice.dense) {
    return { forward: p * p * q + k * covariances, discrepancy, backward: p ** 3 + k * loadings };
  }
  return {
    forward: q * paths + k * covariances + k * (loadings + paths),
    discrepancy,
    backward: k * paths + k * (loadings + paths),
  };
}

function districtMultiplyAdds(graph: Graph, districts: Districts): MultiplyAdds {
  const { p, entries } = graph;
  const effects = (source: number): number => listOf(graph.loadingsOfSource, source).length;
  let errors = 0;
  let sources = 0;
  for (let e = entries.covariances.first; e < entries.count; e++) {
    const [row, column] = [effects(entries.row[e]!), effects(entries.column[e]!)];
    errors += row * column;
    sources += 2 * row * column;
  }
  let members = 0;
  const { first, count } = entries.paths;
  for (let e = first; e < first + count; e++) {
    members += districts.sizes[districts.districtOf[entries.column[e]!]!]!;
  }
  return {
    forward: errors + p * count + members,
    discrepancy: districts.sizes.reduce((sum, size) => sum + 2 * size ** 3, 0),
    backward: members + sources,
  };
}
