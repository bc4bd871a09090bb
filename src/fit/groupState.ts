import type { Moments } from "../data/moments.ts";
import { compileAllVariables } from "../engine/cpu/compiled.ts";
import {
  createGenerators,
  type EntryPlace,
  type FreeEntry,
  freeEntries,
  type Generators,
} from "../engine/cpu/curvature/generators.ts";
import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import type { Problem } from "../engine/engine.ts";
import { entryValue, type Structure } from "../model/model.ts";

/** One group of a model at θ: the implied moments of all its variables and the generators of their derivatives. */
export interface GroupState {
  readonly structure: Structure;
  readonly moments: Moments;
  /** n_g / N. */
  readonly weight: number;
  readonly meanStructure: boolean;
  /** Of all variables, none exogenised. */
  readonly generators: Generators;
  /** Where the generators keep variable i of the structure. */
  readonly position: Int32Array;
  /** Number of observed variables; Σ and μ are in the order of the moments. */
  readonly k: number;
  /** Σ (k×k), Σ⁻¹ and ln|Σ|; the last two NaN where Σ is not positive definite. */
  readonly sigma: Float64Array;
  readonly inverse: Float64Array;
  readonly logDeterminant: number;
  /** μ of the observed variables; the sample's mean (or zeros) where means are not modelled. */
  readonly mu: Float64Array;
  readonly freeEntries: readonly FreeEntry[];
}

/** The groups of a problem (sample moments bound) at θ. */
export function groupStates({ model, moments }: Problem, theta: Float64Array): GroupState[] {
  const total = moments.reduce((sum, { n }) => sum + n, 0);
  return model.structures.map((structure, g) => {
    const compiled = compileAllVariables(structure, theta.length);
    const generators = createGenerators(compiled, theta);
    const { k } = compiled;
    const sample = moments[g]!;
    const sigma = generators.observedSigma;
    const inverted = invertPositiveDefinite(sigma, k);
    return {
      structure,
      moments: sample,
      weight: sample.n / total,
      meanStructure: model.meanStructure,
      generators,
      position: compiled.position,
      k,
      sigma,
      inverse: inverted?.inverse ?? sigma.map(() => NaN),
      logDeterminant: inverted?.logDeterminant ?? NaN,
      mu: model.meanStructure
        ? Float64Array.from(compiled.observed, (position) => generators.mean[position]!)
        : (sample.mean ?? new Float64Array(k)),
      freeEntries: freeEntries(compiled),
    };
  });
}

/** Implied variance of each variable of the structure, latent ones too. */
export function impliedVariances({ generators, position }: GroupState): Float64Array {
  const { p } = generators.c;
  return Float64Array.from(position, (at) => generators.sigma[at * p + at]!);
}

/**
 * ∂Σ_full[v, v]/∂θ for every variable v of the structure: p×t, row-major.
 * Each entry moves Σ_full by weight·(uᵀv + vᵀu), so its diagonal by 2·weight·u∘v.
 */
export function varianceDerivatives(state: GroupState, t: number): Float64Array {
  const { generators, position } = state;
  const out = new Float64Array(position.length * t);
  for (const { place, parameter, factor } of state.freeEntries) {
    const rows = fullGeneratorRows(generators, place);
    if (!rows) continue;
    const scale = 2 * rows.weight * factor;
    for (let variable = 0; variable < position.length; variable++) {
      const at = position[variable]!;
      out[variable * t + parameter]! += scale * rows.u[at]! * rows.v[at]!;
    }
  }
  return out;
}

function fullGeneratorRows(
  { totalEffects, inverse, cross, sigma, c: { p } }: Generators,
  { kind, row, column }: EntryPlace,
): { u: Float64Array; v: Float64Array; weight: number } | undefined {
  const take = (matrix: Float64Array, index: number): Float64Array =>
    matrix.subarray(index * p, index * p + p);
  switch (kind) {
    case "path":
      return { u: take(sigma, row), v: take(inverse, column), weight: 1 };
    case "loading":
      return { u: take(cross, row), v: take(inverse, column), weight: 1 };
    case "covariance":
      return { u: take(totalEffects, row), v: take(totalEffects, column), weight: row === column ? 0.5 : 1 };
    case "intercept":
      return undefined;
  }
}

/** Position of the source that is the error term of each variable, named after it; −1 where it has none. */
export function errorSources({ variables, sources }: Structure): Int32Array {
  const indexOf = new Map(sources.map((name, index) => [name, index]));
  return Int32Array.from(variables, ({ name }) => indexOf.get(name) ?? -1);
}

/** The variance Ψ_ss of each source at θ; 0 where none is stated. */
export function sourceVariances({ sources, covariances }: Structure, theta: Float64Array): Float64Array {
  const out = new Float64Array(sources.length);
  for (const entry of covariances) if (entry.row === entry.column) out[entry.row] = entryValue(entry, theta);
  return out;
}

/** S (as T = S + dᵀd where means are modelled, d = m − μ) and d, the sample's side of the likelihood's curvature. */
export interface LikelihoodTarget {
  readonly second: Float64Array;
  readonly deviation: Float64Array;
}

export function likelihoodTarget({ k, moments, mu, meanStructure }: GroupState): LikelihoodTarget {
  const deviation = new Float64Array(k);
  if (meanStructure) moments.mean!.forEach((value, i) => (deviation[i] = value - mu[i]!));
  const second = moments.covariance.map(
    (value, i) => value + deviation[Math.floor(i / k)]! * deviation[i % k]!,
  );
  return { second, deviation };
}
