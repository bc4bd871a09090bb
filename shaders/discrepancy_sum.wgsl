// discrepancy_sum: partial sums of a discrepancy's terms over the k² elements of its matrices.
//   evaluation[8 + g] = Σ of discrepancy_term over the elements of workgroup g
// All matrices: k rows of 4⌈k/4⌉ floats; those that the discrepancy does not ask for are bound to a stand-in and
// not read. Invocations sum strided elements, then the first one adds up the workgroup's: pairwise enough for f32.

override WORKGROUP: u32;
override GROUPS: u32;

@group(0) @binding(0) var<uniform> inputs: DiscrepancyInputs;
@group(0) @binding(1) var<storage, read> difference: array<f32>;
@group(0) @binding(2) var<storage, read> sample: array<f32>;
@group(0) @binding(3) var<storage, read> sigma_inverse: array<f32>;
@group(0) @binding(4) var<storage, read> sample_inverse: array<f32>;
@group(0) @binding(5) var<storage, read> mixed_inverse: array<f32>;
@group(0) @binding(6) var<storage, read> sandwich: array<f32>;
@group(0) @binding(7) var<storage, read_write> evaluation: array<f32>;

var<workgroup> sums: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn discrepancy_sum(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let whole = whole_of(inputs, evaluation[1], evaluation[2]);
  var sum = 0.0;
  // Rows by workgroup, columns by invocation: neighbours read neighbouring words.
  for (var i = group.x; i < inputs.size; i += GROUPS) {
    for (var j = lane; j < inputs.size; j += WORKGROUP) {
      let at = i * inputs.stride + j;
      sum += discrepancy_term(element_at(at), whole);
    }
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane > 0u) { return; }
  var total = 0.0;
  for (var other = 0u; other < WORKGROUP; other++) { total += sums[other]; }
  evaluation[8u + group.x] = total;
}

fn element_at(at: u32) -> Element {
  return Element(
    difference[at] + sample[at], sample[at], difference[at],
    sigma_inverse[at], sample_inverse[at], mixed_inverse[at], sandwich[at]);
}
