import type { Table } from "../data/moments.ts";
import { compileAllVariables } from "../engine/cpu/compiled.ts";
import { createGenerators } from "../engine/cpu/curvature/generators.ts";
import { invertPositiveDefinite, multiply, transpose } from "../engine/cpu/linalg.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { OptionError } from "../errors.ts";
import type { GroupState } from "../fit/groupState.ts";
import { invertInformation } from "../fit/informationAlgebra.ts";
import type { Structure } from "../model/model.ts";
import type { Fitted } from "./fitted.ts";
import type { NamedMatrix } from "./result.ts";

export type ScoreMethod = "regression" | "bartlett";

/**
 * Scores of all latent variables for the rows of a table (its columns in the order of the moments), rows×latents:
 *
 *     regression: η̂ = μ_η + (x − μ) Σ⁻¹ C                 C = cov(x, η): the conditional mean of η
 *     bartlett:   η̂ = (x − ν) Θ⁻¹ L (Lᵀ Θ⁻¹ L)⁻¹          unbiased for given η
 *
 * L, Θ and ν are the effects of the latents on x, and the covariance matrix and mean of x, where the latents are held at
 * fixed values (all that causes them is cut off). A case with missing values is scored from the others.
 * Throws OptionError where Bartlett scores do not exist for the model.
 */
export function factorScores(fitted: Fitted, g: number, table: Table, method: ScoreMethod): NamedMatrix {
  const { sigma, cross, mean, centre, names } =
    method === "regression"
      ? latentMoments(fitted.states[g]!)
      : heldLatents(fitted.states[g]!, fitted.theta, fitted.problem.model.meanStructure);
  const k = centre.length;
  const f = names.length;
  const known = new Map<string, Float64Array>();
  const weightsOf = (observed: readonly number[]): Float64Array => {
    const key = observed.join();
    const found = known.get(key);
    if (found) return found;
    const rows = Float64Array.from(observed.flatMap((i) => Array.from(cross.subarray(i * f, i * f + f))));
    const weights = scoreWeights(submatrix(sigma, k, observed), rows, f, method);
    // A case that misses too much has no Bartlett scores; where no case can have them, the model is at fault.
    if (!weights && observed.length === k) throw noBartlett();
    const usable = weights ?? new Float64Array(observed.length * f).fill(NaN);
    known.set(key, usable);
    return usable;
  };
  const rows = Array.from({ length: table.rows }, (_, row) => {
    const observed = table.columns.flatMap((column, i) => (Number.isNaN(column[row]!) ? [] : [i]));
    const centred = Float64Array.from(observed, (i) => table.columns[i]![row]! - centre[i]!);
    const scores = multiply(centred, weightsOf(observed), 1, observed.length, f);
    return Array.from(scores, (value, j) => value + mean[j]!);
  });
  return { names, matrix: rows };
}

/** Σ⁻¹ C, or Θ⁻¹ L (Lᵀ Θ⁻¹ L)⁻¹; `undefined` where a matrix is singular. */
function scoreWeights(
  sigma: Float64Array,
  cross: Float64Array,
  f: number,
  method: ScoreMethod,
): Float64Array | undefined {
  const k = Math.sqrt(sigma.length);
  const inverted = invertPositiveDefinite(sigma, k);
  if (!inverted) return undefined;
  const weighted = multiply(inverted.inverse, cross, k, k, f);
  if (method === "regression") return weighted;
  const gram = invertInformation(multiply(transpose(cross, k, f), weighted, f, k, f), f);
  return gram && multiply(weighted, gram, k, f, f);
}

function noBartlett(): OptionError {
  return new OptionError(
    "Bartlett scores do not exist for this model.",
    'They need positive error variances and latents that each have effects on observed variables; use "regression".',
  );
}

/** What scores are made of; `cross` is C or L, k×f. */
interface ScoreMoments {
  readonly names: readonly string[];
  readonly sigma: Float64Array;
  readonly cross: Float64Array;
  readonly mean: readonly number[];
  readonly centre: Float64Array;
}

/** The latents: unobserved variables, then the shared sources of an AMASEM; −1 where a latent is not a variable. */
function latents({ variables, sources }: Structure): { name: string; variable: number; source: number }[] {
  const own = new Set(variables.map(({ name }) => name));
  return [
    ...variables.flatMap(({ name, observed }, variable) =>
      observed ? [] : [{ name, variable, source: -1 }],
    ),
    ...sources.flatMap((name, source) => (own.has(name) ? [] : [{ name, variable: -1, source }])),
  ];
}

function latentMoments({
  structure,
  generators,
  position,
  mu,
  sigma,
  meanStructure,
}: GroupState): ScoreMoments {
  const { c, sigma: full, cross: sourceCross, mean } = generators;
  const all = latents(structure);
  const f = all.length;
  const cross = new Float64Array(c.k * f);
  all.forEach(({ variable, source }, j) => {
    const [matrix, row] = variable >= 0 ? [full, position[variable]!] : [sourceCross, source];
    c.observed.forEach((at, i) => (cross[i * f + j] = matrix[row * c.p + at]!));
  });
  return {
    names: all.map(({ name }) => name),
    sigma,
    cross,
    mean: all.map(({ variable }) => (variable >= 0 && meanStructure ? mean[position[variable]!]! : 0)),
    centre: mu,
  };
}

/** The model with its latents held at 0: nothing causes them, and they have no variance or intercept. */
function heldLatents({ structure, mu }: GroupState, theta: Float64Array, withMeans: boolean): ScoreMoments {
  const all = latents(structure);
  const heldVariables = new Set(all.map(({ variable }) => variable));
  const heldSources = new Set(all.map(({ source }) => source));
  const held: Structure = {
    ...structure,
    paths: structure.paths.filter(({ column }) => !heldVariables.has(column)),
    loadings: structure.loadings.filter(({ column }) => !heldVariables.has(column)),
    covariances: structure.covariances.filter(
      ({ row, column }) => !heldSources.has(row) && !heldSources.has(column),
    ),
    intercepts: structure.intercepts.filter(({ column }) => !heldVariables.has(column)),
  };
  const compiled = compileAllVariables(held, theta.length);
  const { inverse, totalEffects, mean, observedSigma } = createGenerators(compiled, theta);
  const f = all.length;
  const cross = new Float64Array(compiled.k * f);
  all.forEach(({ variable, source }, j) => {
    const [matrix, row] = variable >= 0 ? [inverse, compiled.position[variable]!] : [totalEffects, source];
    compiled.observed.forEach((at, i) => (cross[i * f + j] = matrix[row * compiled.p + at]!));
  });
  return {
    names: all.map(({ name }) => name),
    sigma: observedSigma,
    cross,
    mean: all.map(() => 0),
    centre: withMeans ? Float64Array.from(compiled.observed, (at) => mean[at]!) : mu,
  };
}
