import { DataError } from "../errors.ts";
import type { Moments } from "./moments.ts";

/** A covariance or correlation matrix as its file states it; row-major k×k. */
export interface StatedMoments {
  readonly label: string;
  readonly names: readonly string[];
  readonly matrix: Float64Array;
  /** Correlations without standard deviations: the matrix has a unit diagonal. */
  readonly isCorrelation: boolean;
  readonly mean: Float64Array | undefined;
  readonly n: number | undefined;
  /** What the sums of squares were divided by; undefined where the file does not say. */
  readonly divisor: "n" | "n-1" | undefined;
}

/** Entries above and below the diagonal may differ by this part of the standard deviations: printed digits. */
const ASYMMETRY = 1e-6;

/**
 * Checks a matrix as stated and makes it exactly symmetric.
 *
 * @throws DataError where it is not symmetric, or where a variance is not positive.
 */
export function symmetrised(names: readonly string[], matrix: Float64Array): Float64Array {
  const k = names.length;
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < k; i++) {
    const variance = matrix[i * k + i]!;
    if (!(variance > 0)) {
      throw new DataError(
        `the variance of "${names[i]}" is ${variance}`,
        "The diagonal of a covariance matrix must be positive: check it for typing errors.",
      );
    }
    for (let j = 0; j <= i; j++) {
      const [below, above] = [matrix[i * k + j]!, matrix[j * k + i]!];
      const scale = Math.sqrt(variance * matrix[j * k + j]!);
      if (!(Math.abs(below - above) <= ASYMMETRY * scale)) {
        throw new DataError(
          `the covariance matrix is not symmetric: "${names[i]}" with "${names[j]}" is ${below}, ` +
            `"${names[j]}" with "${names[i]}" is ${above}`,
          "Correct one of the two.",
        );
      }
      result[i * k + j] = result[j * k + i] = below === above ? below : (below + above) / 2;
    }
  }
  return result;
}

/** The moments of the wanted variables, in their order. `factor` multiplies the covariances. */
export function selectMoments(
  stated: StatedMoments,
  names: readonly string[],
  indices: readonly number[],
  n: number,
  factor: number,
): Moments {
  const k = stated.names.length;
  const covariance = Float64Array.from(
    indices.flatMap((row) => indices.map((column) => stated.matrix[row * k + column]! * factor)),
  );
  const mean = stated.mean && Float64Array.from(indices, (index) => stated.mean![index]!);
  return { names, n, covariance, mean };
}
