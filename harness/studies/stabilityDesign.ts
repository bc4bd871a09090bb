import type { DiscrepancyName, Method } from "../../src/engine/engine.ts";

// What study (f) crosses, and what it finds in each cell.

export const RATES = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10] as const;
export const DISCREPANCIES = [
  "reverseKullbackLeibler",
  "maximumLikelihood",
  "bhattacharyya",
  "squaredHellinger",
  "generalizedLeastSquares",
  "unweightedLeastSquares",
] as const satisfies readonly DiscrepancyName[];
export const METHODS = ["covariance", "accumulation"] as const satisfies readonly Method[];

export type Optimiser = "plain SGD" | "SGD on WebGPU" | "default" | "default on WebGPU";

/** One cell of the experiment: shares of its runs. */
export interface StabilityRow {
  readonly graph: string;
  readonly discrepancy: DiscrepancyName;
  readonly method: Method;
  readonly optimiser: Optimiser;
  /** NaN where the optimiser has none. */
  readonly rate: number;
  readonly runs: number;
  /** With finite F and gradients throughout; of the default optimiser: converged. */
  readonly stable: number;
  /** Whose F fell to a tenth of what it was at the start. */
  readonly fitted: number;
}
