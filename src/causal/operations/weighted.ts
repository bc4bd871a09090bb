import { ModelError } from "../../errors.ts";
import { topologicalOrder } from "../../model/topology.ts";
import { fromDense, toDense, variableIndex, type DenseModel, type WeightedModel } from "../weighted.ts";

/**
 * `exogenise` with numbers: every unobserved variable is replaced by its own equation,
 *
 *     Λ[:,c] += Λ[:,l] B_lc,   B[a,c] += B_al B_lc,   α_c += α_l B_lc     for every effect c of the latent l,
 *
 * so that only observed variables are left and all latents are sources. The implied covariance and mean of the
 * observed variables do not change (substitution is exact; only rounding remains).
 */
export function exogeniseWeighted(weighted: WeightedModel): WeightedModel {
  const dense = toDense(weighted);
  const p = dense.variables.length;
  const q = dense.sources.length;
  for (const l of topologicalOrder(weighted.structure)) {
    if (dense.variables[l]!.observed) continue;
    for (let c = 0; c < p; c++) {
      const weight = dense.paths[l * p + c]!;
      if (weight === 0) continue;
      dense.paths[l * p + c] = 0;
      for (let s = 0; s < q; s++) dense.loadings[s * p + c]! += dense.loadings[s * p + l]! * weight;
      for (let a = 0; a < p; a++) dense.paths[a * p + c]! += dense.paths[a * p + l]! * weight;
      dense.intercepts[c]! += dense.intercepts[l]! * weight;
    }
  }
  return fromDense(withoutUnobserved(dense), weighted.structure.label);
}

/**
 * The margin over what is left when `names` are no longer observed: they become latent and exogenous, and stay
 * separate sources. Σ and μ of the rest do not change.
 * Throws ModelError for an unknown or unobserved name, and where nothing observed would be left.
 */
export function marginaliseWeighted(weighted: WeightedModel, names: readonly string[]): WeightedModel {
  return exogeniseWeighted(hideWeighted(weighted, names));
}

/** The same weighted model with `names` not observed. Σ and μ of the rest are the same numbers, to the bit. */
export function hideWeighted(weighted: WeightedModel, names: readonly string[]): WeightedModel {
  const { structure, theta } = weighted;
  const hidden = new Set(names.map((name) => variableIndex(structure, name)));
  for (const index of hidden) {
    const { name, observed } = structure.variables[index]!;
    if (!observed) {
      throw new ModelError(
        `${name} is not observed already.`,
        "Name observed variables to marginalise over.",
      );
    }
  }
  const variables = structure.variables.map(({ name, observed }, index) => ({
    name,
    observed: observed && !hidden.has(index),
  }));
  if (!variables.some(({ observed }) => observed)) {
    throw new ModelError("No observed variable would be left.", "Keep at least one variable.");
  }
  return { structure: { ...structure, variables }, theta };
}

/**
 * Canonical form: an AMASEM with the same Σ and μ, all latents independent with unit variance.
 * With Ψ = C Cᵀ (C lower triangular) and ε = η Cᵀ, η ~ N(0, I), the loadings become CᵀΛ; sources without
 * effect are dropped. A source that varies with others keeps its own name on the part that is its own.
 * Throws ModelError where Ψ is not positive semidefinite.
 */
export function canonicalForm(weighted: WeightedModel): WeightedModel {
  const dense = toDense(exogeniseWeighted(weighted));
  const p = dense.variables.length;
  const q = dense.sources.length;
  const root = semidefiniteRoot(dense.covariances, q);
  const loadings = new Float64Array(q * p);
  for (let s = 0; s < q; s++) {
    for (let l = s; l < q; l++) {
      const weight = root[l * q + s]!;
      if (weight === 0) continue;
      for (let c = 0; c < p; c++) loadings[s * p + c]! += weight * dense.loadings[l * p + c]!;
    }
  }
  const kept = dense.sources.flatMap((_, s) =>
    loadings.subarray(s * p, (s + 1) * p).some((value) => value !== 0) ? [s] : [],
  );
  const identity = new Float64Array(kept.length * kept.length);
  kept.forEach((_, s) => (identity[s * kept.length + s] = 1));
  return fromDense(
    {
      ...dense,
      sources: kept.map((s) => dense.sources[s]!),
      loadings: Float64Array.from(
        { length: kept.length * p },
        (_, at) => loadings[kept[Math.floor(at / p)]! * p + (at % p)]!,
      ),
      covariances: identity,
    },
    weighted.structure.label,
  );
}

/** Drops variables that are not observed (they have no effects any more) and sources without effect. */
function withoutUnobserved(dense: DenseModel): DenseModel {
  const p = dense.variables.length;
  const q = dense.sources.length;
  const kept = dense.variables.flatMap(({ observed }, index) => (observed ? [index] : []));
  const used = dense.sources.flatMap((_, s) =>
    kept.some((c) => dense.loadings[s * p + c] !== 0) ? [s] : [],
  );
  const select = (matrix: Float64Array, columns: number, rows: number[], wanted: number[]): Float64Array =>
    Float64Array.from(rows.flatMap((r) => wanted.map((c) => matrix[r * columns + c]!)));
  return {
    variables: kept.map((index) => dense.variables[index]!),
    sources: used.map((s) => dense.sources[s]!),
    loadings: select(dense.loadings, p, used, kept),
    paths: select(dense.paths, p, kept, kept),
    covariances: select(dense.covariances, q, used, used),
    intercepts: select(dense.intercepts, p, [0], kept),
  };
}

/** Lower-triangular C with C Cᵀ = Ψ, a column of zeros where the pivot is zero. */
function semidefiniteRoot(covariances: Float64Array, q: number): Float64Array {
  const root = new Float64Array(q * q);
  for (let j = 0; j < q; j++) {
    let pivot = covariances[j * q + j]!;
    const scale = pivot;
    for (let k = 0; k < j; k++) pivot -= root[j * q + k]! ** 2;
    // Rounding leaves a few units in the last place of the diagonal where the exact pivot is zero.
    if (Math.abs(pivot) <= 1e-12 * scale) pivot = 0;
    if (pivot < 0) {
      throw new ModelError(
        "The covariance matrix of the latents and errors is not positive semidefinite.",
        "A negative variance or an impossible correlation has no AMASEM; fit with bounds, or change the model.",
      );
    }
    const diagonal = Math.sqrt(pivot);
    root[j * q + j] = diagonal;
    if (diagonal === 0) continue;
    for (let i = j + 1; i < q; i++) {
      let sum = covariances[i * q + j]!;
      for (let k = 0; k < j; k++) sum -= root[i * q + k]! * root[j * q + k]!;
      root[i * q + j] = sum / diagonal;
    }
  }
  return root;
}
