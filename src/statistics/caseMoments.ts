import { weightOf } from "../data/caseWeights.ts";
import { type Table, momentCount } from "../data/moments.ts";
import { dot, invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
import { momentVector } from "../fit/momentSpace.ts";

/**
 * Γ, the asymptotic covariance matrix (times n) of the sample moments (m, vech S) estimated from the cases, m×m:
 * covariances, divisor n, of zᵢ = (xᵢ, vech (xᵢ − x̄)ᵀ(xᵢ − x̄)) (Browne 1984, doi:10.1111/j.2044-8317.1984.tb00789.x).
 *
 * With fixed covariates the part of zᵢ that they predict (the same products of fitted values) is taken off.
 * `table` holds complete cases in the order of the moments.
 */
export function fourthMoments(
  table: Table,
  withMeans: boolean,
  covariates: readonly number[] = [],
): Float64Array {
  const k = table.columns.length;
  const m = momentCount(k, withMeans);
  const z = casewiseProducts(centred(table), table.rows, k, withMeans);
  if (covariates.length > 0) {
    const fitted = fittedValues(table, covariates);
    const predicted = casewiseProducts(fitted, table.rows, k, withMeans);
    z.forEach((column, a) => column.forEach((_, i) => (column[i]! -= predicted[a]![i]!)));
  }
  return meanProducts(
    z.map((column) => weigh(column, table, averageOf(column, table))),
    weightOf(table),
    m,
  );
}

/**
 * Mean of w² (zᵢ − c)ᵀ(zᵢ − c) over the cases, zᵢ = (xᵢ − μ, vech (xᵢ − μ)ᵀ(xᵢ − μ)) and c = (0, vech Σ), m×m: what is
 * between the normal-theory weights V in the mean outer product of the cases' scores at (μ, Σ). w are the case weights.
 */
export function caseProducts(
  table: Table,
  sigma: Float64Array,
  mu: Float64Array,
  withMeans: boolean,
): Float64Array {
  const k = table.columns.length;
  const m = momentCount(k, withMeans);
  const centred = table.columns.map((column, j) => column.map((value) => value - mu[j]!));
  const centre = momentVector(sigma, withMeans ? new Float64Array(k) : undefined, k);
  const z = casewiseProducts(centred, table.rows, k, withMeans);
  return meanProducts(
    z.map((column, a) => weigh(column, table, centre[a]!)),
    weightOf(table),
    m,
  );
}

/** w (column − centre); w = 1 where cases are not weighted. */
function weigh(column: Float64Array, { weights }: Table, centre: number): Float64Array {
  return column.map((value, i) => (weights ? weights[i]! : 1) * (value - centre));
}

/** Weighted mean of a column. */
export function averageOf(column: Float64Array, table: Table): number {
  const { weights } = table;
  return column.reduce((sum, value, i) => sum + (weights ? weights[i]! : 1) * value, 0) / weightOf(table);
}

function meanProducts(columns: readonly Float64Array[], total: number, m: number): Float64Array {
  const out = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      const value = dot(columns[a]!, 0, columns[b]!, 0, columns[a]!.length) / total;
      out[a * m + b] = value;
      out[b * m + a] = value;
    }
  }
  return out;
}

function centred(table: Table): Float64Array[] {
  return table.columns.map((column) => {
    const mean = averageOf(column, table);
    return column.map((value) => value - mean);
  });
}

/** Columns of z by case: x (centred, which covariances do not notice) and the products of centred x. */
function casewiseProducts(
  centred: readonly Float64Array[],
  rows: number,
  k: number,
  withMeans: boolean,
): Float64Array[] {
  const out: Float64Array[] = withMeans ? centred.map((column) => column.slice()) : [];
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const [x, y] = [centred[i]!, centred[j]!];
      out.push(Float64Array.from({ length: rows }, (_, row) => x[row]! * y[row]!));
    }
  }
  return out;
}

/** Least-squares fitted values (centred) of every variable on the covariates; the covariates fit themselves. */
export function fittedValues(table: Table, covariates: readonly number[]): Float64Array[] {
  const all = centred(table);
  const x = covariates.map((index) => all[index]!);
  const c = x.length;
  const cross = (u: Float64Array, v: Float64Array): number =>
    u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  const gram = Float64Array.from({ length: c * c }, (_, i) => cross(x[Math.floor(i / c)]!, x[i % c]!));
  const inverse = invertPositiveDefinite(gram, c)!.inverse;
  return all.map((column) => {
    const slopes = multiply(
      inverse,
      Float64Array.from(x, (covariate) => cross(covariate, column)),
      c,
      c,
      1,
    );
    const fitted = new Float64Array(table.rows);
    x.forEach((covariate, j) => covariate.forEach((value, i) => (fitted[i]! += slopes[j]! * value)));
    return fitted;
  });
}
