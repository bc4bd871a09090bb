/** How a kernel sees one of its buffers. "table" is a read-only storage buffer, "array" a read-write one. */
export type BindingKind = "uniform" | "dynamicUniform" | "table" | "array";

/** The scalar fields of a uniform struct, in order; scalars only, so the offset of field i is 4·i bytes. */
export type UniformFields = Readonly<Record<string, "u32" | "i32" | "f32">>;

/** Functions without bindings that kernels share: one file of `shaders/lib`. */
export interface LibraryPart {
  readonly label: string;
  readonly source: string;
}

/** One row of the manifest: one file of `shaders/` whose entry point bears the file's name. */
export interface Kernel {
  readonly label: string;
  readonly source: string;
  readonly library?: readonly LibraryPart[];
  /** Values of the `override` constants: the one place where workgroup and tile sizes are stated. */
  readonly constants: Readonly<Record<string, number>>;
  /** Buffers of group 0 by their WGSL name, in the order of `@binding`: inputs first, outputs after. */
  readonly bindings: Readonly<Record<string, BindingKind>>;
  /** Fields of the uniform struct, where there is one. */
  readonly uniforms?: UniformFields;
}
