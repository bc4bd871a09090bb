// F = ½ (tr(S⁻¹Σ) − ln|Σ| + ln|S| − k)        ∂F/∂Σ = ½ (S⁻¹ − Σ⁻¹)
// tr(S⁻¹Σ) − k = tr(S⁻¹(Σ − S)), with fewer digits lost.

fn discrepancy_term(e: Element, w: Whole) -> f32 {
  return e.sample_inverse * e.difference;
}

fn discrepancy_value(sum: f32, w: Whole) -> f32 {
  return 0.5 * (sum - (w.log_det_sigma - w.log_det_sample));
}

fn discrepancy_gradient(e: Element, w: Whole, value: f32) -> f32 {
  return 0.5 * (e.sample_inverse - e.sigma_inverse);
}
