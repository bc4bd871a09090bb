import type { Moments } from "../../../data/moments.ts";
import { DataError } from "../../../errors.ts";
import { invertPositiveDefinite } from "../linalg.ts";

/** S⁻¹ and ln|S|. Throws DataError where S is singular. */
export function sampleFactor(moments: Moments): { inverse: Float64Array; logDeterminant: number } {
  const result = invertPositiveDefinite(moments.covariance, moments.names.length);
  if (result !== undefined) return result;
  throw new DataError(
    "The sample covariance matrix is not positive definite.",
    "Look for a variable that is a sum or a copy of others, or for fewer cases than variables, and remove it.",
  );
}
