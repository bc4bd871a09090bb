/** Names of our own contenders in a contest. */
export const OURS = {
  evaluation: "semnan WebGPU",
  iteration: "semnan WebGPU, iterations",
  layered: "a dispatch a layer",
} as const;

/** Our float64 engine, with the method after it. */
export const CPU_PREFIX = "semnan float64";

/** Peers in JavaScript: a library and its back end. */
export const SCRIPT_PEERS = [
  "jax-js webgpu",
  "jax-js wasm",
  "tensorflow.js webgpu",
  "tensorflow.js wasm",
] as const;
