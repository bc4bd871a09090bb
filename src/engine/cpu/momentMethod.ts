/**
 * A way to compute Σ_full(θ) and to carry ∂F/∂Σ_full back to θ. The parameter values are those last loaded into
 * the compiled structure.
 */
export interface MomentMethod {
  /** Σ_full, p×p, valid after `forward`. */
  readonly sigma: Float64Array;
  forward(): void;
  /** Adds ∂F/∂θ to `gradient`, given the symmetric p×p G = ∂F/∂Σ_full (zero outside the observed block). */
  backward(g: Float64Array, gradient: Float64Array): void;
}
