// peak_copy: to ← from, the roof of the adapter's memory. One invocation copies STRIP vec4f, a workgroup apart from
// each other, so that neighbours read neighbouring words; no two invocations write the same element.

override WORKGROUP: u32;
override STRIP: u32;

@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> copy: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn peak_copy(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.x * WORKGROUP * STRIP + lane;
  for (var i = 0u; i < STRIP; i++) {
    let at = first + i * WORKGROUP;
    if (at < arrayLength(&copy)) { copy[at] = source[at]; }
  }
}
