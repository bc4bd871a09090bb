// F = 1 − |Σ|^¼ |S|^¼ / |(Σ+S)/2|^½ = 1 − exp(−b), b the Bhattacharyya distance
// ∂F/∂Σ = exp(−b) (½ (Σ+S)⁻¹ − ¼ Σ⁻¹)

fn distance_of(w: Whole) -> f32 {
  let half = w.log_det_mixed - w.size * 0.69314718;
  return 0.25 * ((half - w.log_det_sigma) + (half - w.log_det_sample));
}

fn discrepancy_term(e: Element, w: Whole) -> f32 {
  return 0.0;
}

fn discrepancy_value(sum: f32, w: Whole) -> f32 {
  let b = distance_of(w);
  // 1 − exp(−b) by its series where the subtraction would cancel.
  if (abs(b) < 0.01) { return b * (1 - b * (0.5 - b * (0.16666667 - b * 0.041666667))); }
  return 1 - exp(-b);
}

fn discrepancy_gradient(e: Element, w: Whole, value: f32) -> f32 {
  // Not 1 − F, which far from S keeps no digits.
  return exp(-distance_of(w)) * (0.5 * e.mixed_inverse - 0.25 * e.sigma_inverse);
}
