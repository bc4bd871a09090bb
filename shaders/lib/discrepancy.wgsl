// What a discrepancy F(Σ; S) is written in terms of. Its own file (or the user's snippet) defines
//   fn discrepancy_term(e: Element, w: Whole) -> f32                  summed over all k² elements
//   fn discrepancy_value(sum: f32, w: Whole) -> f32                   F
//   fn discrepancy_gradient(e: Element, w: Whole, value: f32) -> f32  ∂F/∂Σ at the element
// Only what the discrepancy asks for is computed; the rest must not be used.

/// One element (i, j) of each k×k matrix.
struct Element {
  sigma: f32, // Σ
  sample: f32, // S
  difference: f32, // Σ − S, free of the cancellation that subtracting the two would bring
  sigma_inverse: f32, // Σ⁻¹
  sample_inverse: f32, // S⁻¹
  mixed_inverse: f32, // (Σ + S)⁻¹
  sandwich: f32, // Σ⁻¹ (Σ − S) Σ⁻¹, or S⁻¹ (Σ − S) S⁻¹ where the discrepancy asks for that
}

/// Numbers of the whole matrices.
struct Whole {
  size: f32, // k
  log_det_sigma: f32,
  log_det_sample: f32,
  log_det_mixed: f32, // ln|Σ + S|
}

/// Uniform of the kernels that evaluate a discrepancy.
struct DiscrepancyInputs {
  size: u32, // k
  stride: u32, // elements from one row of a matrix to the next
  log_det_sample: f32,
}

fn whole_of(inputs: DiscrepancyInputs, log_det_sigma: f32, log_det_mixed: f32) -> Whole {
  return Whole(f32(inputs.size), log_det_sigma, inputs.log_det_sample, log_det_mixed);
}
