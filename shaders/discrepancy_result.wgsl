// discrepancy_result: F from its partial sums, and G = ∂F/∂Σ element by element.
// gradient holds the sandwich (lib/discrepancy) before and G after: k rows of 4⌈k/4⌉ floats, zero past k.
// One invocation owns one element of G; every workgroup adds up the same few partial sums for itself, and the first
// invocation of all writes evaluation[0] = F.

override WORKGROUP: u32;
override GROUPS: u32;

@group(0) @binding(0) var<uniform> inputs: DiscrepancyInputs;
@group(0) @binding(1) var<storage, read> difference: array<f32>;
@group(0) @binding(2) var<storage, read> sample: array<f32>;
@group(0) @binding(3) var<storage, read> sigma_inverse: array<f32>;
@group(0) @binding(4) var<storage, read> sample_inverse: array<f32>;
@group(0) @binding(5) var<storage, read> mixed_inverse: array<f32>;
@group(0) @binding(6) var<storage, read_write> evaluation: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn discrepancy_result(@builtin(global_invocation_id) id: vec3u) {
  let whole = whole_of(inputs, evaluation[1], evaluation[2]);
  let i = id.y;
  let j = id.x;
  if (i >= inputs.size || j >= inputs.stride) { return; }
  var sum = 0.0;
  for (var g = 0u; g < GROUPS; g++) { sum += evaluation[8u + g]; }
  let value = discrepancy_value(sum, whole);
  if (i == 0u && j == 0u) { evaluation[0] = value; }
  let at = i * inputs.stride + j;
  if (j >= inputs.size) {
    gradient[at] = 0;
    return;
  }
  gradient[at] = discrepancy_gradient(element_at(at), whole, value);
}

fn element_at(at: u32) -> Element {
  return Element(
    difference[at] + sample[at], sample[at], difference[at],
    sigma_inverse[at], sample_inverse[at], mixed_inverse[at], gradient[at]);
}
