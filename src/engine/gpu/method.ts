import type { Work } from "./linalg/algebra.ts";

/**
 * How Σ and ∂F/∂ each entry are computed, around the discrepancy:
 * `forward` takes the entries' values to D = Σ − S, `backward` takes G = ∂F/∂Σ to the derivatives by entry.
 */
export interface MethodWork {
  readonly forward: readonly Work[];
  readonly backward: readonly Work[];
  /** A matrix over the observed variables that nobody uses between `forward` and `backward`. */
  readonly spare: GPUBuffer;
}

/** What the discrepancy makes of the observed block: D = Σ − `subtracted`·S. */
export interface MethodOptions {
  readonly subtracted: 0 | 1;
}
