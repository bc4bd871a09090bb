// Sizes of a model, and where each of its tables begins in the one buffer `tables` (src/plan/tables.ts writes both).
// Matrices that are walked through the graph are stored by columns, four rows in one vec4f: element (r, c) of a
// matrix with n rows is component r % 4 of element c·⌈n/4⌉ + r/4. Rows past n are zero.

struct Graph {
  variables: u32, // p
  sources: u32, // q
  observed: u32, // k
  parameters: u32,
  source_quads: u32, // ⌈q/4⌉
  observed_quads: u32, // ⌈k/4⌉
  variable_quads: u32, // ⌈p/4⌉
  entries: u32, // entries of Λ, then B, then Ψ
  first_path: u32,
  first_covariance: u32,
  // Offsets into `tables`. "start" tables have one element more than the items they list.
  row: u32,
  column: u32,
  parameter: u32,
  loading_start: u32, // by variable; entries are in order
  path_start: u32, // by effect; entries are in order
  effect_start: u32, // by cause, into `effect`
  effect: u32, // path numbers
  source_start: u32, // by source, into `source_loading`
  source_loading: u32, // loading numbers
  covariance_start: u32, // by source, into `covariance`
  covariance: u32, // entry numbers of Ψ, off-diagonal ones under both sources
  parameter_start: u32, // by parameter, into `parameter_entry`
  parameter_entry: u32,
  observed_variable: u32, // variable of each observed one
  observed_place: u32, // the inverse: k where a variable is not observed
  // Districts: how many; their members; of each variable its district and its place there; of each district ⌈d/4⌉ and
  // where its block begins in buffers that hold one d×4⌈d/4⌉ block a district.
  districts: u32,
  district_start: u32,
  district_member: u32,
  district_of: u32,
  district_place: u32,
  district_quads: u32,
  district_offset: u32,
}

/// Of a dispatch that is one of several because all at once would take too long: its first invocation's item.
struct Range {
  first: u32,
}
