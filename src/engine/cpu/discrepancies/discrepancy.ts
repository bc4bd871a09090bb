/**
 * F(Σ, μ; S, m) of one group and its derivatives, in float64.
 *
 * `evaluate` reads Σ (k×k) and, where means are modelled, μ (k); it writes G = ∂F/∂Σ (symmetric, every entry as its
 * own variable) and ∂F/∂μ, and returns F; NaN says that Σ (or Σ + S) is not positive definite, and the outputs are
 * then meaningless.
 */
export interface Discrepancy {
  evaluate(sigma: Float64Array, mu: Float64Array | undefined, g: Float64Array, gMean: Float64Array): number;
}
