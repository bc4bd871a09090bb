import { countNegative, invertSymmetric, logDeterminant, symmetric } from "./matrices.ts";
import { type SampleLayout, triangleIndex } from "./sampleLayout.ts";
import { type Scalar, Tape } from "./tape.ts";

/** Straight-line code for what F owes to S alone. Inputs are numbered like those of a `Program`. */
export interface SamplePart {
  readonly tape: Tape;
  /** Σ_g (n_g / N)(ln|S_g| + k_g). */
  readonly value: Scalar;
  /** Zero where every S_g is positive definite; another number or NaN elsewhere. */
  readonly defect: Scalar;
}

export function traceSamplePart(
  { groups }: SampleLayout,
  shares: readonly number[],
  parameterCount: number,
): SamplePart {
  const tape = new Tape();
  let value = tape.zero;
  let defect = tape.zero;
  groups.forEach(({ k, covariance }, g) => {
    const sample = symmetric(tape, k, (i, j) =>
      tape.input(parameterCount + covariance + triangleIndex(i, j)),
    );
    const { pivots } = invertSymmetric(tape, sample);
    const own = tape.add(logDeterminant(tape, pivots), tape.constant(k));
    value = tape.add(value, tape.multiply(tape.constant(shares[g]!), own));
    defect = tape.add(defect, countNegative(tape, pivots));
  });
  return { tape, value, defect };
}
