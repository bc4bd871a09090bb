import type { Table } from "../data/moments.ts";
import { invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
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
 * Ψ_η is the implied covariance matrix of the latents. Throws OptionError where a method does not exist for the model.
 */
export function factorScores(state: GroupState, table: Table, method: ScoreMethod): NamedMatrix {
  const { k, mu } = state;
  const { names, cross, covariance, mean } = latentMoments(state);
  const f = names.length;
  const weights =
    method === "regression"
      ? multiply(state.inverse, cross, k, k, f)
      : bartlettWeights(state, cross, covariance, f);
  const rows = Array.from({ length: table.rows }, (_, row) => {
    const centred = Float64Array.from(table.columns, (column, i) => column[row]! - mu[i]!);
    return Array.from(multiply(centred, weights, 1, k, f), (value, j) => value + mean[j]!);
  });
  return { names, matrix: rows };
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
  { sigma, k }: GroupState,
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
