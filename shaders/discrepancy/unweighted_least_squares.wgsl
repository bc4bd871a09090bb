// F = ½ tr[(S − Σ)²]        ∂F/∂Σ = Σ − S

fn discrepancy_term(e: Element, w: Whole) -> f32 {
  return e.difference * e.difference;
}

fn discrepancy_value(sum: f32, w: Whole) -> f32 {
  return 0.5 * sum;
}

fn discrepancy_gradient(e: Element, w: Whole, value: f32) -> f32 {
  return e.difference;
}
