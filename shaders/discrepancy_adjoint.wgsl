// discrepancy_adjoint: G = ∂F/∂Σ, element by element.
// gradient holds the sandwich (lib/discrepancy) before and G after: k rows of 4⌈k/4⌉ floats, zero past k.
// evaluation[0] is F already. One invocation owns one element of G.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> inputs: DiscrepancyInputs;
@group(0) @binding(1) var<storage, read> difference: array<f32>;
@group(0) @binding(2) var<storage, read> sample: array<f32>;
@group(0) @binding(3) var<storage, read> sigma_inverse: array<f32>;
@group(0) @binding(4) var<storage, read> sample_inverse: array<f32>;
@group(0) @binding(5) var<storage, read> mixed_inverse: array<f32>;
@group(0) @binding(6) var<storage, read> evaluation: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn discrepancy_adjoint(@builtin(global_invocation_id) id: vec3u) {
  if (id.y >= inputs.size || id.x >= inputs.stride) { return; }
  let at = id.y * inputs.stride + id.x;
  if (id.x >= inputs.size) {
    gradient[at] = 0;
    return;
  }
  let whole = whole_of(inputs, evaluation[1], evaluation[2]);
  gradient[at] = discrepancy_gradient(element_at(at), whole, evaluation[0]);
}

fn element_at(at: u32) -> Element {
  return Element(
    difference[at] + sample[at], sample[at], difference[at],
    sigma_inverse[at], sample_inverse[at], mixed_inverse[at], gradient[at]);
}
