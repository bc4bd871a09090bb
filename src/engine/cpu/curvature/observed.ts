import type { EntryPlace, Generators } from "./generators.ts";
import { type Grams, likelihoodGrams } from "./grams.ts";
import { type EntryPairs, secondDerivativeTrace, tabulateEntries } from "./pairs.ts";

/**
 * Exact second derivatives of the maximum-likelihood F by pairs of entries, W = Σ⁻¹, N = W(S + dᵀd)W, G = W − N:
 *
 *     ∂²F = −tr(W dΣ_i W dΣ_j) + 2 tr(N dΣ_i W dΣ_j) + tr(G d²Σ_ij)
 *           + 2 dμ_i W dμ_jᵀ − 2 d²μ_ij W dᵀ + 2 dμ_i W dΣ_j W dᵀ + 2 dμ_j W dΣ_i W dᵀ
 *
 * Returned m×m in the order of `places`; `undefined` where Σ is not positive definite.
 */
export function observedHessian(
  generators: Generators,
  places: readonly EntryPlace[],
  sample: Float64Array,
  sampleMean: Float64Array | undefined,
): Float64Array | undefined {
  const { k } = generators.c;
  const table = tabulateEntries(generators, places, sampleMean !== undefined);
  const deviation = new Float64Array(k);
  if (sampleMean) {
    generators.c.observed.forEach(
      (variable, i) => (deviation[i] = sampleMean[i]! - generators.mean[variable]!),
    );
  }
  const grams = likelihoodGrams(generators, table.used, sample, deviation);
  if (!grams) return undefined;
  const sourceCovariance = denseSourceCovariance(generators);
  const m = places.length;
  const out = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      let value = sampleMean ? meanPart(generators, table, grams, i, j) : 0;
      if (table.u[i]! >= 0 && table.u[j]! >= 0) {
        value += covariancePart(table, grams, i, j);
        value += secondDerivativeTrace(generators, sourceCovariance, table, grams.adjoint, i, j);
      }
      out[i * m + j] = value;
      out[j * m + i] = value;
    }
  }
  return out;
}

/** −tr(W dΣ_i W dΣ_j) + 2 tr(N dΣ_i W dΣ_j). */
function covariancePart(table: EntryPairs, { inverse: w, sample: n }: Grams, i: number, j: number): number {
  const width = table.used.length;
  const u = table.u[i]! * width;
  const v = table.v[i]! * width;
  const uu = u + table.u[j]!;
  const uv = u + table.v[j]!;
  const vu = v + table.u[j]!;
  const vv = v + table.v[j]!;
  const first = -2 * (w[uu]! * w[vv]! + w[uv]! * w[vu]!);
  const second = 2 * (n[vu]! * w[uv]! + n[vv]! * w[uu]! + n[uu]! * w[vv]! + n[uv]! * w[vu]!);
  return table.weight[i]! * table.weight[j]! * (first + second);
}

function meanPart(generators: Generators, table: EntryPairs, grams: Grams, i: number, j: number): number {
  const { inverse: w, deviation: s } = grams;
  const width = table.used.length;
  const cross = (a: number, b: number): number => {
    if (table.meanRow[a]! < 0 || table.u[b]! < 0) return 0;
    const row = table.meanRow[a]! * width;
    const product = w[row + table.u[b]!]! * s[table.v[b]!]! + w[row + table.v[b]!]! * s[table.u[b]!]!;
    return 2 * table.meanScale[a]! * table.weight[b]! * product;
  };
  let sum = cross(i, j) + cross(j, i);
  if (table.meanRow[i]! >= 0 && table.meanRow[j]! >= 0) {
    const gram = w[table.meanRow[i]! * width + table.meanRow[j]!]!;
    sum += 2 * table.meanScale[i]! * table.meanScale[j]! * gram;
    sum -= 2 * meanSecondDerivative(generators, table, s, i, j);
  }
  return sum;
}

/** d²μ_ij Σ⁻¹ dᵀ: a path moves the row of T that another entry moves μ along, and the μ_a that scales its own move. */
export function meanSecondDerivative(
  { inverse, mean, c }: Generators,
  table: EntryPairs,
  s: Float64Array,
  i: number,
  j: number,
): number {
  const isPath = (entry: number): boolean => table.kind[entry] === 0;
  let sum = 0;
  if (isPath(j)) {
    const moved = inverse[table.column[i]! * c.p + table.row[j]!]!;
    sum += table.meanScale[i]! * moved * s[table.meanRow[j]!]!;
  }
  if (isPath(i)) {
    const moved = inverse[table.column[j]! * c.p + table.row[i]!]!;
    const scale = isPath(j) ? mean[table.row[j]!]! : 1;
    sum += scale * moved * s[table.meanRow[i]!]!;
  }
  return sum;
}

/** Ψ as a dense q×q matrix. */
export function denseSourceCovariance({ c }: Generators): Float64Array {
  const { row, column, value, count } = c.covariances;
  const out = new Float64Array(c.q * c.q);
  for (let e = 0; e < count; e++) {
    out[row[e]! * c.q + column[e]!] = value[e]!;
    out[column[e]! * c.q + row[e]!] = value[e]!;
  }
  return out;
}
