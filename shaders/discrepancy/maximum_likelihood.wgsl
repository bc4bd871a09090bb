// F = ln|Σ| + tr(SΣ⁻¹) − ln|S| − k        ∂F/∂Σ = Σ⁻¹ − Σ⁻¹SΣ⁻¹
// Both are written with Σ − S, which keeps the digits that matter near the minimum: tr(SΣ⁻¹) − k = −tr((Σ − S)Σ⁻¹).

fn discrepancy_term(e: Element, w: Whole) -> f32 {
  return -e.difference * e.sigma_inverse;
}

fn discrepancy_value(sum: f32, w: Whole) -> f32 {
  return (w.log_det_sigma - w.log_det_sample) + sum;
}

fn discrepancy_gradient(e: Element, w: Whole, value: f32) -> f32 {
  return e.sandwich;
}
