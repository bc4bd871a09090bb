/** A symmetric matrix with named rows; NaN where two columns share too few cases. */
export interface CorrelationMatrix {
  readonly names: readonly string[];
  readonly matrix: readonly (readonly number[])[];
}

/** Columns beyond this are left out: the heat map shows no more, and each pair costs a pass over the cases. */
const MOST_COLUMNS = 60;

/** Pearson correlations over the cases that both columns have (NaN is missing). */
export function correlations(names: readonly string[], columns: readonly Float64Array[]): CorrelationMatrix {
  const kept = columns.slice(0, MOST_COLUMNS);
  const matrix = kept.map(() => Array.from(kept, () => 1));
  for (let i = 0; i < kept.length; i++) {
    for (let j = 0; j < i; j++) matrix[i]![j] = matrix[j]![i] = correlation(kept[i]!, kept[j]!);
  }
  return { names: names.slice(0, MOST_COLUMNS), matrix };
}

function correlation(x: Float64Array, y: Float64Array): number {
  let [n, sumX, sumY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i]!) || Number.isNaN(y[i]!)) continue;
    n++;
    sumX += x[i]!;
    sumY += y[i]!;
  }
  const [meanX, meanY] = [sumX / n, sumY / n];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i]!) || Number.isNaN(y[i]!)) continue;
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xy / Math.sqrt(xx * yy);
}
