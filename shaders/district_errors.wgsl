// district_errors: Ω = ΛᵀΨΛ, the error covariance, block by district (DESIGN §2, district form).
//   Ω[j, i] = Σ_{l → j} Σ_m Σ_{m → i} Λ[l, j] Ψ[l, m] Λ[m, i]
// errors: one block a district, d rows of 4⌈d/4⌉ floats. One invocation owns variable j and writes row j of its block;
// the first one clears the status that later kernels raise.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read_write> errors: array<f32>;
@group(0) @binding(5) var<storage, read_write> status: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn district_errors(@builtin(global_invocation_id) id: vec3u) {
  let j = range.first + id.x;
  if (j >= graph.variables) { return; }
  if (j == 0u) { status[0] = 0; }
  let district = tables[graph.district_of + j];
  let width = 4u * tables[graph.district_quads + district];
  let row = tables[graph.district_offset + district] + tables[graph.district_place + j] * width;
  for (var i = 0u; i < width; i++) { errors[row + i] = 0; }
  let last_loading = tables[graph.loading_start + j + 1u];
  for (var e = tables[graph.loading_start + j]; e < last_loading; e++) {
    let l = tables[graph.row + e];
    let last_covariance = tables[graph.covariance_start + l + 1u];
    for (var c = tables[graph.covariance_start + l]; c < last_covariance; c++) {
      let psi = tables[graph.covariance + c];
      let m = tables[graph.row + psi] + tables[graph.column + psi] - l;
      let share = value[e] * value[psi];
      let last_effect = tables[graph.source_start + m + 1u];
      for (var f = tables[graph.source_start + m]; f < last_effect; f++) {
        let other = tables[graph.source_loading + f];
        errors[row + tables[graph.district_place + tables[graph.column + other]]] += share * value[other];
      }
    }
  }
}
