// discrepancy_sum: sums of a discrepancy's terms by column.
//   evaluation[8 + j] = Σ_i discrepancy_term(element (i, j))
// All matrices: k rows of 4⌈k/4⌉ floats; those that the discrepancy does not ask for are bound to a stand-in.
// One invocation owns one column; neighbours read neighbouring words, and no barrier is needed.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> inputs: DiscrepancyInputs;
@group(0) @binding(1) var<storage, read> difference: array<f32>;
@group(0) @binding(2) var<storage, read> sample: array<f32>;
@group(0) @binding(3) var<storage, read> sigma_inverse: array<f32>;
@group(0) @binding(4) var<storage, read> sample_inverse: array<f32>;
@group(0) @binding(5) var<storage, read> mixed_inverse: array<f32>;
@group(0) @binding(6) var<storage, read> sandwich: array<f32>;
@group(0) @binding(7) var<storage, read_write> evaluation: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn discrepancy_sum(@builtin(global_invocation_id) id: vec3u) {
  let j = id.x;
  if (j >= inputs.size) { return; }
  let whole = whole_of(inputs, evaluation[1], evaluation[2]);
  var sum = 0.0;
  for (var i = 0u; i < inputs.size; i++) { sum += discrepancy_term(element_at(i * inputs.stride + j), whole); }
  evaluation[8u + j] = sum;
}

fn element_at(at: u32) -> Element {
  return Element(
    difference[at] + sample[at], sample[at], difference[at],
    sigma_inverse[at], sample_inverse[at], mixed_inverse[at], sandwich[at]);
}
