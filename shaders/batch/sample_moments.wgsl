// sample_moments: a replicate's moments of one group from its column sums.
//   S_ij = P_ij / n − d_i d_j,   m_i = c_i + d_i,   d_i = D_i / n
// with P_ij and D_i the sums of products and deviations, c the means that deviations are taken from.
// sums: replicates × 4·quads. samples: moments × replicates, columns are replicates. One invocation writes one replicate.

override WORKGROUP: u32;

struct Group {
  replicates: u32,
  rows: u32,
  quads: u32,
  k: u32,
  covariance_place: u32,
  mean_place: i32,
}

@group(0) @binding(0) var<uniform> group: Group;
@group(0) @binding(1) var<storage, read> sums: array<f32>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;
@group(0) @binding(3) var<storage, read_write> samples: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn sample_moments(@builtin(global_invocation_id) id: vec3u) {
  let replicate = id.x;
  if (replicate >= group.replicates) { return; }
  let products = 4u * group.quads * replicate;
  let deviations = products + group.k * (group.k + 1u) / 2u;
  let share = 1 / f32(group.rows);
  var place = 0u;
  for (var i = 0u; i < group.k; i++) {
    let d = sums[deviations + i] * share;
    for (var j = 0u; j <= i; j++) {
      let s = sums[products + place] * share - d * sums[deviations + j] * share;
      samples[(group.covariance_place + place) * group.replicates + replicate] = s;
      place++;
    }
    if (group.mean_place >= 0) {
      samples[(u32(group.mean_place) + i) * group.replicates + replicate] = mean[i] + d;
    }
  }
}
