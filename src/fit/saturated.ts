import type { Table } from "../data/moments.ts";
import { DataError } from "../errors.ts";
import { invertPositiveDefinite, multiply, multiplyTransposed, quadraticForm } from "../engine/cpu/linalg.ts";
import { evaluateIncomplete, type MissingPattern, missingPatterns, patternState } from "./missing.ts";
import { momentVector } from "./momentSpace.ts";

/** The maximum-likelihood mean and covariance matrix of incomplete data, and Σ_p (n_p/n)[ln|Σ_p| + tr(T_pΣ_p⁻¹)] there. */
export interface SaturatedMoments {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  readonly value: number;
  readonly patterns: readonly MissingPattern[];
}

const MOST_STEPS = 2000;
const EXPECTATION_STEPS = 15;
/** Largest gradient entry, in variables of unit variance, at which the moments count as found. */
const CONVERGED = 1e-11;

/**
 * Fits the saturated model to incomplete data: expectation–maximisation (Dempster, Laird and Rubin 1977), which finds the
 * neighbourhood of the maximum from anywhere, then Newton steps with the exact curvature.
 * Throws DataError where two variables are never observed together, or the moments are not determined otherwise.
 */
export function saturatedMoments(table: Table): SaturatedMoments {
  const k = table.names.length;
  const { mean, scale, scaled } = standardizeTable(table);
  const patterns = missingPatterns(scaled);
  requireCoverage(patterns, table.names);
  let current: MomentsAt = { mu: new Float64Array(k), sigma: identity(k) };
  let newton = false;
  for (let step = 0; step < MOST_STEPS; step++) {
    const here = evaluateIncomplete(patterns, k, current.sigma, current.mu, 0);
    if (!here) break;
    const norm = here.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (norm < CONVERGED) break;
    const next = step >= EXPECTATION_STEPS ? newtonStep(patterns, k, current, norm) : undefined;
    if (!next && newton) break;
    newton = next !== undefined && norm < 1e-8;
    current = next ?? expectationStep(patterns, current);
  }
  const { mu, sigma } = current;
  const stated = missingPatterns(table);
  const covariance = sigma.map((value, i) => value * scale[Math.floor(i / k)]! * scale[i % k]!);
  const means = mu.map((value, i) => mean[i]! + value * scale[i]!);
  const result = evaluateIncomplete(stated, k, covariance, means, 0);
  if (!result) throw undetermined();
  return { mean: means, covariance, value: result.value, patterns: stated };
}

function undetermined(): DataError {
  return new DataError(
    "The covariance matrix of the incomplete data is not determined.",
    "There are too few complete pairs of values: leave out variables, or use listwise deletion.",
  );
}

interface MomentsAt {
  readonly mu: Float64Array;
  readonly sigma: Float64Array;
}

function identity(k: number): Float64Array {
  return Float64Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
}

function standardizeTable(table: Table) {
  const mean = new Float64Array(table.columns.length);
  const scale = new Float64Array(table.columns.length);
  const columns = table.columns.map((column, j) => {
    const values = column.filter((value) => !Number.isNaN(value));
    const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
    mean[j] = centre;
    scale[j] = Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length);
    return column.map((value) => (value - centre) / scale[j]!);
  });
  return { mean, scale, scaled: { ...table, columns } };
}

function requireCoverage(patterns: readonly MissingPattern[], names: readonly string[]): void {
  const k = names.length;
  const together = new Float64Array(k * k);
  for (const { observed, n } of patterns) {
    for (const i of observed) for (const j of observed) together[i * k + j]! += n;
  }
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) {
      if (together[i * k + j]! > 0) continue;
      throw new DataError(
        `"${names[j]}" and "${names[i]}" are never observed in the same case.`,
        "Their covariance cannot be estimated: leave one of them out.",
      );
    }
  }
}

/**
 * One EM step. With L the regression of all variables on a pattern's observed ones, C the conditional covariance of the
 * others, and T_p, d_p the pattern's moments about μ:  δ = Σ n_p L d_p / n,  μ ← μ + δ,  Σ ← Σ n_p (L T_p Lᵀ + C)/n − δδᵀ.
 */
function expectationStep(patterns: readonly MissingPattern[], { mu, sigma }: MomentsAt): MomentsAt {
  const k = mu.length;
  const shift = new Float64Array(k);
  const products = new Float64Array(k * k);
  const n = patterns.reduce((sum, pattern) => sum + pattern.n, 0);
  for (const pattern of patterns) {
    const { observed, n: count } = pattern;
    const size = observed.length;
    const { inverse, second, deviation } = patternState(pattern, sigma, mu)!;
    const cross = Float64Array.from({ length: k * size }, (_, i) => {
      const [row, column] = [Math.floor(i / size), i % size];
      return sigma[row * k + observed[column]!]!;
    });
    const regression = multiply(cross, inverse, k, size, size);
    const share = count / n;
    multiply(regression, deviation, k, size, 1).forEach((value, i) => (shift[i]! += share * value));
    const filled = quadraticForm(regression, second, k, size);
    const explained = multiplyTransposed(regression, cross, k, size, k);
    for (let i = 0; i < k * k; i++) products[i]! += share * (filled[i]! + sigma[i]! - explained[i]!);
  }
  return {
    mu: mu.map((value, i) => value + shift[i]!),
    sigma: products.map((value, i) => value - shift[Math.floor(i / k)]! * shift[i % k]!),
  };
}

/** A full Newton step on (μ, vech Σ) where it halves the gradient inside the cone; else `undefined`. */
function newtonStep(
  patterns: readonly MissingPattern[],
  k: number,
  { mu, sigma }: MomentsAt,
  norm: number,
): MomentsAt | undefined {
  const here = evaluateIncomplete(patterns, k, sigma, mu, 0)!;
  const m = here.gradient.length;
  const inverted = invertPositiveDefinite(here.curvature(), m);
  if (!inverted) return undefined;
  const step = multiply(inverted.inverse, here.gradient, m, m, 1);
  const moved = momentVector(sigma, mu, k).map((value, a) => value - step[a]!);
  const next = { mu: moved.slice(0, k), sigma: new Float64Array(k * k) };
  let a = k;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++, a++) {
      next.sigma[i * k + j] = moved[a]!;
      next.sigma[j * k + i] = moved[a]!;
    }
  }
  const there = evaluateIncomplete(patterns, k, next.sigma, next.mu, 0);
  if (!there) return undefined;
  const reached = there.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return reached < 0.5 * norm ? next : undefined;
}
