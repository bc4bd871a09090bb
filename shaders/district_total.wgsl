// district_total: F = Σ_D F_D − ln|S| from the terms of the districts, and one status from theirs.
// evaluation[8 + D] holds F_D of the small districts (0 of the others), and, after those, ln|Ω| and tr(PE) of the
// large ones in turn; status[2 + i] the status of large district i. One invocation.

struct DistrictSizes {
  districts: u32,
  large: u32,
  log_det_sample: f32,
}

@group(0) @binding(0) var<uniform> sizes: DistrictSizes;
@group(0) @binding(1) var<storage, read_write> evaluation: array<f32>;
@group(0) @binding(2) var<storage, read_write> status: array<u32>;

@compute @workgroup_size(1)
fn district_total() {
  var sums = vec4f(0);
  for (var d = 0u; d < sizes.districts; d++) { sums[d % 4u] += evaluation[8u + d]; }
  var large = 0.0;
  for (var i = 0u; i < sizes.large; i++) {
    let at = 8u + sizes.districts + 2u * i;
    large += evaluation[at] - evaluation[at + 1u];
    status[0] = max(status[0], status[2u + i]);
  }
  evaluation[0] = ((sums.x + sums.y) + (sums.z + sums.w) + large) - sizes.log_det_sample;
}
