import type { Table } from "../data/moments.ts";
import { invertPositiveDefinite, multiply, submatrix } from "../engine/cpu/linalg.ts";
import type { GroupState } from "../fit/groupState.ts";
import { transpose } from "../fit/informationAlgebra.ts";
import { OptionError } from "../errors.ts";
import type { NamedMatrix } from "./result.ts";

export type ScoreMethod = "regression" | "bartlett";

/**
 * Scores of all latent variables for the rows of a table (its columns in the order of the moments), rows×latents:
 *
 *     regression: η̂ = μ_η + (x − μ) Σ⁻¹ C          C = cov(x, η), the conditional mean of η
 *     bartlett:   η̂ = μ_η + (x − μ) Θ⁻¹ L (Lᵀ Θ⁻¹ L)⁻¹   L = C Ψ_η⁻¹, Θ = Σ − C Ψ_η⁻¹ Cᵀ, unbiased for given η
 *
 * Ψ_η is the implied covariance matrix of the latents. A case with missing values is scored from the others. Throws OptionError where a method does not exist for the model.
 */
export function factorScores(state: GroupState, table: Table, method: ScoreMethod): NamedMatrix {
  const { k, mu, sigma } = state;
  const { names, cross, covariance, mean } = latentMoments(state);
  const f = names.length;
  const known = new Map<string, Float64Array>();
  const weightsOf = (observed: readonly number[]): Float64Array => {
    const key = observed.join();
    const weights =
      known.get(key) ??
      scoreWeights(
        submatrix(sigma, k, observed),
        Float64Array.from(observed.flatMap((i) => Array.from(cross.subarray(i * f, i * f + f)))),
        covariance,
        method,
      );
    known.set(key, weights);
    return weights;
  };
  const rows = Array.from({ length: table.rows }, (_, row) => {
    const observed = table.columns.flatMap((column, i) => (Number.isNaN(column[row]!) ? [] : [i]));
    const centred = Float64Array.from(observed, (i) => table.columns[i]![row]! - mu[i]!);
    const scores = multiply(centred, weightsOf(observed), 1, observed.length, f);
    return Array.from(scores, (value, j) => value + mean[j]!);
  });
  return { names, matrix: rows };
}

/** The k×f weights of the scores for k observed variables. */
function scoreWeights(
  sigma: Float64Array,
  cross: Float64Array,
  covariance: Float64Array,
  method: ScoreMethod,
): Float64Array {
  const k = Math.sqrt(sigma.length);
  const f = Math.sqrt(covariance.length);
  if (method === "bartlett") return bartlettWeights(sigma, k, cross, covariance, f);
  return multiply(invertPositiveDefinite(sigma, k)!.inverse, cross, k, k, f);
}

/** C (k×f), Ψ_η (f×f) and μ_η of the latents: unobserved variables, then the shared sources of an AMASEM. */
function latentMoments({ structure, generators, position, k, meanStructure }: GroupState) {
  const { c, sigma, cross: sourceCross } = generators;
  const { p } = c;
  const own = new Set(structure.variables.map(({ name }) => name));
  const variables = structure.variables.flatMap(({ name, observed }, index) =>
    observed ? [] : [{ name, row: sigma.subarray(position[index]! * p, (position[index]! + 1) * p), index }],
  );
  const sources = structure.sources.flatMap((name, l) =>
    own.has(name) ? [] : [{ name, row: sourceCross.subarray(l * p, (l + 1) * p), index: -1 }],
  );
  const latents = [...variables, ...sources];
  const f = latents.length;
  const cross = new Float64Array(k * f);
  latents.forEach(({ row }, j) => c.observed.forEach((at, i) => (cross[i * f + j] = row[at]!)));
  const covariance = new Float64Array(f * f);
  latents.forEach((left, i) => {
    latents.forEach((right, j) => {
      if (right.index >= 0) covariance[i * f + j] = left.row[position[right.index]!]!;
      else if (left.index >= 0) covariance[i * f + j] = right.row[position[left.index]!]!;
      else covariance[i * f + j] = i === j ? 1 : 0;
    });
  });
  const mean = latents.map(({ index }) =>
    index >= 0 && meanStructure ? generators.mean[position[index]!]! : 0,
  );
  return { names: latents.map(({ name }) => name), cross, covariance, mean };
}

function bartlettWeights(
  sigma: Float64Array,
  k: number,
  cross: Float64Array,
  covariance: Float64Array,
  f: number,
): Float64Array {
  const psi = invertPositiveDefinite(covariance, f);
  const impossible = (): OptionError =>
    new OptionError(
      "Bartlett scores do not exist for this model.",
      'They need positive error variances and latents that are no functions of each other; use "regression".',
    );
  if (!psi) throw impossible();
  const loadings = multiply(cross, psi.inverse, k, f, f);
  const explained = multiply(loadings, transpose(cross, k, f), k, f, k);
  const theta = invertPositiveDefinite(
    sigma.map((value, i) => value - explained[i]!),
    k,
  );
  if (!theta) throw impossible();
  const weighted = multiply(theta.inverse, loadings, k, k, f);
  const gram = invertPositiveDefinite(multiply(transpose(loadings, k, f), weighted, f, k, f), f);
  if (!gram) throw impossible();
  return multiply(weighted, gram.inverse, k, f, f);
}
