/**
 * Sample moments of one group. `covariance` is row-major k×k with divisor n, in the order of `names`;
 * `mean` has k entries and is absent where only a covariance matrix was given.
 */
export interface Moments {
  readonly names: readonly string[];
  readonly n: number;
  readonly covariance: Float64Array;
  readonly mean: Float64Array | undefined;
}

/** Rows of raw data: `columns[j][i]` is case i of variable j, NaN where missing. */
export interface Table {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  readonly rows: number;
  /** One weight for each case; absent where all count the same. */
  readonly weights?: Float64Array;
}

/** How many moments a group has: the k means where they are modelled, and (co)variances of k variables. */
export function momentCount(k: number, withMeans: boolean): number {
  return (withMeans ? k : 0) + (k * (k + 1)) / 2;
}
