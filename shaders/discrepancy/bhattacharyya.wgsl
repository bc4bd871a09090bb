// F = ½ ln(|(Σ+S)/2| / √(|Σ||S|))        ∂F/∂Σ = ½ (Σ+S)⁻¹ − ¼ Σ⁻¹

fn discrepancy_term(e: Element, w: Whole) -> f32 {
  return 0.0;
}

fn discrepancy_value(sum: f32, w: Whole) -> f32 {
  let half = w.log_det_mixed - w.size * 0.69314718;
  return 0.25 * ((half - w.log_det_sigma) + (half - w.log_det_sample));
}

fn discrepancy_gradient(e: Element, w: Whole, value: f32) -> f32 {
  return 0.5 * e.mixed_inverse - 0.25 * e.sigma_inverse;
}
