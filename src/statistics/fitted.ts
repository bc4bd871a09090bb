import type { Table } from "../data/moments.ts";
import type { Problem } from "../engine/engine.ts";
import type { GroupState } from "../fit/groupState.ts";
import type { MomentDiscrepancy } from "../fit/momentObjective.ts";
import type { IncompleteGroup } from "./incomplete.ts";
import type { Settings } from "./settings.ts";

/** A model at its estimates, with all that statistics are computed from. */
export interface Fitted {
  /** Sample moments bound; S has the divisor that the settings ask for. */
  readonly problem: Problem;
  readonly settings: Settings;
  readonly theta: Float64Array;
  readonly states: readonly GroupState[];
  /** Complete cases of each group in the order of the moments; absent where only matrices were given. */
  readonly cases: readonly Table[] | undefined;
  /** F of each group in moment space, where it is not a discrepancy of the engine: weighted least squares, missing data. */
  readonly discrepancies: readonly MomentDiscrepancy[] | undefined;
  /**
   * Weight V of each group on its moments, m×m, where it is not that of normal theory for complete data: that of least
   * squares (s − σ)ᵀV(s − σ), or the expected unit information of incomplete data.
   */
  readonly momentWeights: readonly Float64Array[] | undefined;
  /** The groups of incomplete data under full-information maximum likelihood. */
  readonly incomplete: readonly IncompleteGroup[] | undefined;
  /** Jacobian of the active constraints at θ. */
  readonly constraints: Float64Array;
  /** Free parameters less independent equality constraints. */
  readonly npar: number;
  /** N = Σ n_g, and N less one per group where S has divisor n − 1. */
  readonly observations: number;
  readonly multiplier: number;
}
