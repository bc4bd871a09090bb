// F = ½ tr[(I − S⁻¹Σ)²] = ½ Σ_ij (S⁻¹(Σ−S)S⁻¹)_ij (Σ−S)_ij        ∂F/∂Σ = S⁻¹ (Σ − S) S⁻¹

fn discrepancy_term(e: Element, w: Whole) -> f32 {
  return e.sandwich * e.difference;
}

fn discrepancy_value(sum: f32, w: Whole) -> f32 {
  return 0.5 * sum;
}

fn discrepancy_gradient(e: Element, w: Whole, value: f32) -> f32 {
  return e.sandwich;
}
