import type { UniformFields } from "./kernel.ts";

/** Size in bytes of a uniform struct of scalars, rounded up to the 16 bytes that uniform buffers ask for. */
export function uniformBytes(fields: UniformFields): number {
  return Math.ceil(Object.keys(fields).length / 4) * 16;
}

/**
 * Packs one value per field. The tables of fields in the manifest are checked against `wgsl_reflect`'s
 * reflection of the shaders by a test, so that the reflection itself need not be shipped.
 */
export function packUniforms<Fields extends UniformFields>(
  fields: Fields,
  values: Readonly<Record<keyof Fields, number>>,
): ArrayBuffer {
  const bytes = new ArrayBuffer(uniformBytes(fields));
  const view = new DataView(bytes);
  let offset = 0;
  for (const [name, type] of Object.entries(fields)) {
    const value = values[name]!;
    if (type === "f32") view.setFloat32(offset, value, true);
    else if (type === "i32") view.setInt32(offset, value, true);
    else view.setUint32(offset, value, true);
    offset += 4;
  }
  return bytes;
}

/**
 * Packs several structs of the same fields for one dynamic-offset uniform buffer.
 * Struct i starts at byte i·`stride`, a multiple of the device's alignment.
 */
export function packUniformSeries<Fields extends UniformFields>(
  device: GPUDevice,
  fields: Fields,
  series: readonly Readonly<Record<keyof Fields, number>>[],
): { readonly bytes: ArrayBuffer; readonly stride: number } {
  const alignment = device.limits.minUniformBufferOffsetAlignment;
  const stride = Math.ceil(uniformBytes(fields) / alignment) * alignment;
  const bytes = new Uint8Array(stride * Math.max(1, series.length));
  series.forEach((values, index) => {
    bytes.set(new Uint8Array(packUniforms(fields, values)), index * stride);
  });
  return { bytes: bytes.buffer, stride };
}
