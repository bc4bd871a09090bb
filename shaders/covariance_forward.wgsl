// covariance_forward: the rows of Σ_full that belong to observed variables (DESIGN §2, covariance method).
//   Σ[r, c] = Σ_{l ∈ sources of c} Λ[l, c] · X[l, r] + Σ_{a ∈ Pa(c)} B[a, c] · Σ[r, a]     X = (ΨA)[:, O]
// cross: X by rows. covariance: Σ[O, :] by columns, ⌈k/4⌉ × p vec4f. One invocation owns four rows r and takes them
// through all variables in topological order; it reads and writes no other rows.

override WORKGROUP: u32;

@group(0) @binding(0) var<uniform> graph: Graph;
@group(0) @binding(1) var<uniform> range: Range;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
@group(0) @binding(4) var<storage, read> cross: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> covariance: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn covariance_forward(@builtin(global_invocation_id) id: vec3u) {
  let quad = range.first + id.x;
  let quads = graph.observed_quads;
  if (quad >= quads) { return; }
  for (var c = 0u; c < graph.variables; c++) {
    var sum = vec4f(0);
    let last_loading = tables[graph.loading_start + c + 1u];
    for (var e = tables[graph.loading_start + c]; e < last_loading; e++) {
      sum += value[e] * cross[tables[graph.row + e] * quads + quad];
    }
    let last_path = graph.first_path + tables[graph.path_start + c + 1u];
    for (var e = graph.first_path + tables[graph.path_start + c]; e < last_path; e++) {
      sum += value[e] * covariance[tables[graph.row + e] * quads + quad];
    }
    covariance[c * quads + quad] = sum;
  }
}
