// peak_arithmetic: multiply-adds in registers and nothing else, the roof of the adapter's arithmetic.
//   x ← x·a + b, eight independent chains of vec4f an invocation, so that no chain waits for itself
// sink: written so that the work is not removed; invocations past its end share elements, whose values nobody reads.

override WORKGROUP: u32;
override STEPS: u32;

struct Factors {
  scale: f32,
  shift: f32,
}

@group(0) @binding(0) var<uniform> factors: Factors;
@group(0) @binding(1) var<storage, read_write> sink: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn peak_arithmetic(@builtin(global_invocation_id) id: vec3u) {
  let a = vec4f(factors.scale);
  let b = vec4f(factors.shift);
  var x0 = vec4f(f32(id.x));
  var x1 = x0 + b;
  var x2 = x1 + b;
  var x3 = x2 + b;
  var x4 = x3 + b;
  var x5 = x4 + b;
  var x6 = x5 + b;
  var x7 = x6 + b;
  for (var step = 0u; step < STEPS; step++) {
    x0 = fma(x0, a, b);
    x1 = fma(x1, a, b);
    x2 = fma(x2, a, b);
    x3 = fma(x3, a, b);
    x4 = fma(x4, a, b);
    x5 = fma(x5, a, b);
    x6 = fma(x6, a, b);
    x7 = fma(x7, a, b);
  }
  let sum = x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7;
  sink[id.x % arrayLength(&sink)] = dot(sum, vec4f(1));
}
