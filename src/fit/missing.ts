import { type Table, momentCount } from "../data/moments.ts";
import { dot, invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import type { MomentDiscrepancy, MomentEvaluation } from "./momentObjective.ts";
import { addObservedWeight } from "./momentSpace.ts";

/** The cases of one group that have exactly these variables: their number, mean and covariance matrix (divisor n). */
export interface MissingPattern {
  /** Positions of the observed variables, ascending. */
  readonly observed: readonly number[];
  readonly rows: readonly number[];
  readonly n: number;
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/** Sorts the cases of a table (NaN where missing) by what they miss; cases without any value are left out. */
export function missingPatterns(table: Table): MissingPattern[] {
  const byKey = new Map<string, { observed: number[]; rows: number[] }>();
  for (let row = 0; row < table.rows; row++) {
    const observed = table.columns.flatMap((column, j) => (Number.isNaN(column[row]!) ? [] : [j]));
    if (observed.length === 0) continue;
    const key = observed.join();
    const known = byKey.get(key);
    if (known) known.rows.push(row);
    else byKey.set(key, { observed, rows: [row] });
  }
  return [...byKey.values()].map(({ observed, rows }) => {
    const k = observed.length;
    const n = rows.length;
    const mean = new Float64Array(k);
    const covariance = new Float64Array(k * k);
    const value = (row: number, i: number): number => table.columns[observed[i]!]![row]!;
    for (const row of rows) for (let i = 0; i < k; i++) mean[i]! += value(row, i) / n;
    for (const row of rows) {
      for (let i = 0; i < k; i++) {
        const left = (value(row, i) - mean[i]!) / n;
        for (let j = 0; j < k; j++) covariance[i * k + j]! += left * (value(row, j) - mean[j]!);
      }
    }
    return { observed, rows, n, mean, covariance };
  });
}

/** A pattern at (μ, Σ): W = Σ_p⁻¹, its log-determinant, T = S_p + dᵀd and d. */
export interface PatternState {
  readonly inverse: Float64Array;
  readonly logDeterminant: number;
  readonly second: Float64Array;
  readonly deviation: Float64Array;
}

/** `undefined` where Σ_p is not positive definite. */
export function patternState(
  pattern: MissingPattern,
  sigma: Float64Array,
  mu: Float64Array,
): PatternState | undefined {
  const { observed, mean, covariance } = pattern;
  const k = observed.length;
  const inverted = invertPositiveDefinite(submatrix(sigma, mu.length, observed), k);
  if (!inverted) return undefined;
  const deviation = mean.map((value, i) => value - mu[observed[i]!]!);
  const second = covariance.map((value, i) => value + deviation[Math.floor(i / k)]! * deviation[i % k]!);
  return { ...inverted, second, deviation };
}

/**
 * Full-information maximum likelihood of one group over its missingness patterns p:
 *
 *     F(μ, Σ) = Σ_p (n_p / n) [ln|Σ_p| + tr(T_p Σ_p⁻¹)] − `saturated`,   T_p = S_p + (m_p − μ_p)ᵀ(m_p − μ_p)
 *
 * with gradient and exact curvature by the moments; `saturated` is the same sum at its minimum, so that n F is χ².
 * (Arbuckle 1996.)
 */
export function incompleteLikelihood(
  patterns: readonly MissingPattern[],
  k: number,
  saturated: number,
): MomentDiscrepancy {
  return ({ sigma, mu }) => evaluateIncomplete(patterns, k, sigma, mu, saturated);
}

export function evaluateIncomplete(
  patterns: readonly MissingPattern[],
  k: number,
  sigma: Float64Array,
  mu: Float64Array,
  saturated: number,
): MomentEvaluation | undefined {
  const n = patterns.reduce((sum, pattern) => sum + pattern.n, 0);
  const states: PatternState[] = [];
  const gradient = new Float64Array(momentCount(k, true));
  let value = -saturated;
  for (const pattern of patterns) {
    const state = patternState(pattern, sigma, mu);
    if (!state) return undefined;
    states.push(state);
    const size = pattern.observed.length;
    const share = pattern.n / n;
    value += share * (state.logDeterminant + dot(state.second, 0, state.inverse, 0, size * size));
    addPatternGradient(pattern, state, share, k, gradient);
  }
  return {
    value,
    gradient,
    curvature() {
      const out = new Float64Array(gradient.length ** 2);
      patterns.forEach((pattern, p) => {
        const { inverse, second, deviation } = states[p]!;
        addObservedWeight(inverse, { second, deviation }, pattern.observed.length, {
          out,
          m: gradient.length,
          offset: k,
          scale: (2 * pattern.n) / n,
          position: (i) => pattern.observed[i]!,
        });
      });
      return out;
    },
  };
}

/** gradient += share · ∂/∂(μ, vech Σ), with G = W − WTW and −2Wd. */
function addPatternGradient(
  { observed }: MissingPattern,
  { inverse: w, second, deviation }: PatternState,
  share: number,
  k: number,
  gradient: Float64Array,
): void {
  const size = observed.length;
  const wtw = multiply(multiply(w, second, size, size, size), w, size, size, size);
  for (let i = 0; i < size; i++) {
    const row = observed[i]!;
    gradient[row]! -= 2 * share * dot(w, i * size, deviation, 0, size);
    for (let j = 0; j <= i; j++) {
      const value = share * (w[i * size + j]! - wtw[i * size + j]!);
      gradient[k + (row * (row + 1)) / 2 + observed[j]!]! += i === j ? value : 2 * value;
    }
  }
}

/** Expected unit information of the moments for these patterns at Σ: Σ_p (n_p/n) V(Σ_p), m×m. */
export function expectedIncompleteWeight(
  patterns: readonly MissingPattern[],
  k: number,
  sigma: Float64Array,
): Float64Array {
  const n = patterns.reduce((sum, pattern) => sum + pattern.n, 0);
  const m = momentCount(k, true);
  const out = new Float64Array(m * m);
  for (const { observed, n: count } of patterns) {
    const size = observed.length;
    const second = submatrix(sigma, k, observed);
    const { inverse } = invertPositiveDefinite(second, size)!;
    addObservedWeight(inverse, { second, deviation: new Float64Array(size) }, size, {
      out,
      m,
      offset: k,
      scale: count / n,
      position: (i) => observed[i]!,
    });
  }
  return out;
}

/** Mean outer product of the cases' scores −½∂F_i/∂(μ, vech Σ) at (μ, Σ), m×m. */
export function incompleteScoreProducts(
  table: Table,
  patterns: readonly MissingPattern[],
  sigma: Float64Array,
  mu: Float64Array,
): Float64Array {
  const k = mu.length;
  const m = momentCount(k, true);
  const out = new Float64Array(m * m);
  let n = 0;
  for (const pattern of patterns) {
    const { observed, rows } = pattern;
    const size = observed.length;
    const { inverse: w } = patternState(pattern, sigma, mu)!;
    n += pattern.n;
    for (const row of rows) {
      const d = Float64Array.from(observed, (j) => table.columns[j]![row]! - mu[j]!);
      const wd = multiply(w, d, size, size, 1);
      const index: number[] = [];
      const score: number[] = [];
      for (let i = 0; i < size; i++) {
        index.push(observed[i]!);
        score.push(wd[i]!);
        for (let j = 0; j <= i; j++) {
          index.push(k + (observed[i]! * (observed[i]! + 1)) / 2 + observed[j]!);
          score.push((i === j ? 0.5 : 1) * (wd[i]! * wd[j]! - w[i * size + j]!));
        }
      }
      for (let a = 0; a < index.length; a++) {
        for (let b = 0; b < index.length; b++) out[index[a]! * m + index[b]!]! += score[a]! * score[b]!;
      }
    }
  }
  return out.map((value) => value / n);
}
