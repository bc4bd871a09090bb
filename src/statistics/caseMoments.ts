import type { Table } from "../data/moments.ts";
import { invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
import { momentCount } from "../fit/momentSpace.ts";

/**
 * Γ, the asymptotic covariance matrix (times n) of the sample moments (m, vech S) estimated from the cases, m×m:
 * covariances, divisor n, of zᵢ = (xᵢ, vech (xᵢ − x̄)ᵀ(xᵢ − x̄)) (Browne 1984, doi:10.1111/j.2044-8317.1984.tb00789.x).
 *
 * With fixed covariates the part of zᵢ that they predict (the same products of fitted values) is taken off.
 * `table` holds complete cases in the order of the moments; weights count cases.
 */
export function fourthMoments(
  table: Table,
  withMeans: boolean,
  covariates: readonly number[] = [],
): Float64Array {
  const k = table.columns.length;
  const m = momentCount(k, withMeans);
  const z = casewiseProducts(table.columns.map(centre), table.rows, k, withMeans);
  if (covariates.length > 0) {
    const fitted = fittedValues(table, covariates);
    const predicted = casewiseProducts(fitted, table.rows, k, withMeans);
    z.forEach((column, a) => column.forEach((_, i) => (column[i]! -= predicted[a]![i]!)));
  }
  const centred = z.map(centre);
  const out = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      const [x, y] = [centred[a]!, centred[b]!];
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
      out[a * m + b] = sum / table.rows;
      out[b * m + a] = sum / table.rows;
    }
  }
  return out;
}

function centre(column: Float64Array): Float64Array {
  let sum = 0;
  for (const value of column) sum += value;
  const mean = sum / column.length;
  return column.map((value) => value - mean);
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
function fittedValues(table: Table, covariates: readonly number[]): Float64Array[] {
  const centred = table.columns.map(centre);
  const x = covariates.map((index) => centred[index]!);
  const c = x.length;
  const cross = (u: Float64Array, v: Float64Array): number =>
    u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  const gram = Float64Array.from({ length: c * c }, (_, i) => cross(x[Math.floor(i / c)]!, x[i % c]!));
  const inverse = invertPositiveDefinite(gram, c)!.inverse;
  return centred.map((column) => {
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
