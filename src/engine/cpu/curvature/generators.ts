import { type EntryTable, type CompiledStructure, loadParameters } from "../compiled.ts";
import { submatrix } from "../submatrix.ts";
import { applySourceCovariance, denseLoadings, impliedMean, propagateRows } from "../recursions.ts";

export type EntryKind = "loading" | "path" | "covariance" | "intercept";

/** One entry of Λ, B, Ψ or α by internal position (variables in topological order). */
export interface EntryPlace {
  readonly kind: EntryKind;
  readonly row: number;
  readonly column: number;
}

/**
 * Everything the first and second derivatives of Σ and μ are made of, at one θ.
 *
 *     A = Λ(I − B)⁻¹ (q×p),  T = (I − B)⁻¹ (p×p),  X = ΨA (q×p),  Σ_full = AᵀX (p×p),  μ_full (p)
 *
 * Every derivative of Σ by an entry has rank two, dΣ = uᵀv + vᵀu on the observed block, with u and v rows of these
 * four matrices:  B_ac: Σ_a, T_c;  Λ_lc: X_l, T_c;  Ψ_lm: A_l, A_m (half of it where l = m).
 * So every information matrix needs only the Gram matrices of those rows and O(1) work per pair of entries.
 */
export interface Generators {
  readonly c: CompiledStructure;
  readonly totalEffects: Float64Array;
  readonly inverse: Float64Array;
  readonly cross: Float64Array;
  readonly sigma: Float64Array;
  readonly mean: Float64Array;
  /** Σ on the observed variables, k×k, in the order of the moments. */
  readonly observedSigma: Float64Array;
}

/** Computes the generators at θ in float64. */
export function createGenerators(c: CompiledStructure, theta: Float64Array): Generators {
  loadParameters(c, theta);
  const { p, q } = c;
  const totalEffects = new Float64Array(q * p);
  denseLoadings(c, totalEffects);
  propagateRows(c, totalEffects, q);
  const cross = new Float64Array(q * p);
  applySourceCovariance(c, totalEffects, cross);
  const inverse = new Float64Array(p * p);
  for (let i = 0; i < p; i++) inverse[i * p + i] = 1;
  propagateRows(c, inverse, p);
  const sigma = new Float64Array(p * p);
  for (let l = 0; l < q; l++) {
    for (let i = 0; i < p; i++) {
      const scale = totalEffects[l * p + i]!;
      if (scale !== 0) for (let j = 0; j < p; j++) sigma[i * p + j]! += scale * cross[l * p + j]!;
    }
  }
  const mean = new Float64Array(p);
  impliedMean(c, mean);
  return { c, totalEffects, inverse, cross, sigma, mean, observedSigma: submatrix(sigma, p, c.observed) };
}

/** Row numbers of the stacked matrix P = [A; T; X; Σ_full]. */
export interface StackLayout {
  readonly rows: number;
  totalEffect(source: number): number;
  inverse(variable: number): number;
  cross(source: number): number;
  sigma(variable: number): number;
}

export function stackLayout({ p, q }: CompiledStructure): StackLayout {
  return {
    rows: 2 * (p + q),
    totalEffect: (source) => source,
    inverse: (variable) => q + variable,
    cross: (source) => q + p + source,
    sigma: (variable) => 2 * q + p + variable,
  };
}

/** The stacked rows restricted to the observed variables: P, 2(q+p) × k. */
export function stackRows(generators: Generators): Float64Array {
  const { c } = generators;
  const { p, k, observed } = c;
  const blocks = [generators.totalEffects, generators.inverse, generators.cross, generators.sigma];
  const out = new Float64Array(2 * (p + c.q) * k);
  let target = 0;
  for (const block of blocks) {
    for (let offset = 0; offset < block.length; offset += p) {
      for (let j = 0; j < k; j++) out[target++] = block[offset + observed[j]!]!;
    }
  }
  return out;
}

/** The given rows of the stack P, restricted to the observed variables: rows.length × k. */
export function selectRows(generators: Generators, rows: readonly number[]): Float64Array {
  const { k } = generators.c;
  const stack = stackRows(generators);
  const selected = new Float64Array(rows.length * k);
  rows.forEach((row, i) => selected.set(stack.subarray(row * k, row * k + k), i * k));
  return selected;
}

/** The two stacked rows u, v and the weight of dΣ = weight · (uᵀv + vᵀu) for one entry; `undefined` for intercepts. */
export function generatorRows(
  place: EntryPlace,
  layout: StackLayout,
): { u: number; v: number; weight: number } | undefined {
  switch (place.kind) {
    case "path":
      return { u: layout.sigma(place.row), v: layout.inverse(place.column), weight: 1 };
    case "loading":
      return { u: layout.cross(place.row), v: layout.inverse(place.column), weight: 1 };
    case "covariance":
      return {
        u: layout.totalEffect(place.row),
        v: layout.totalEffect(place.column),
        weight: place.row === place.column ? 0.5 : 1,
      };
    case "intercept":
      return undefined;
  }
}

/** dμ of one entry is `scale` times row `variable` of T: α_c: T_c;  B_ac: μ_a T_c. */
export function meanGenerator(
  place: EntryPlace,
  mean: Float64Array,
): { variable: number; scale: number } | undefined {
  if (place.kind === "intercept") return { variable: place.column, scale: 1 };
  if (place.kind === "path") return { variable: place.column, scale: mean[place.row]! };
  return undefined;
}

/** The free entries of a compiled structure with their parameters and factors. */
export interface FreeEntry {
  readonly place: EntryPlace;
  readonly parameter: number;
  readonly factor: number;
}

export function freeEntries(c: CompiledStructure): FreeEntry[] {
  const from = (table: EntryTable, kind: EntryKind): FreeEntry[] =>
    Array.from({ length: table.count }, (_, e) => ({
      place: { kind, row: table.row[e]!, column: table.column[e]! },
      parameter: table.parameter[e]!,
      factor: table.factor[e]!,
    })).filter((entry) => entry.parameter >= 0);
  return [
    ...from(c.loadings, "loading"),
    ...from(c.paths, "path"),
    ...from(c.covariances, "covariance"),
    ...from(c.intercepts, "intercept"),
  ];
}
