import entryValuesSource from "../../../shaders/entry_values.wgsl?raw";
import type { Kernel } from "./kernel.ts";

// The manifest: the only module that imports shaders. One export a kernel, so that bundlers drop the unused ones.

export const entryValues = {
  label: "entry_values",
  source: entryValuesSource,
  constants: { WORKGROUP: 64 },
  bindings: { sizes: "uniform", parameter: "table", constant: "table", theta: "table", value: "array" },
  uniforms: { count: "u32" },
} as const satisfies Kernel;
