import { LimitError } from "../../errors.ts";
import { perDevice, whileAlive } from "./device.ts";

/** Bytes of buffers that are alive, and the most there ever were. */
export class Meter {
  bytes = 0;
  peak = 0;

  add(bytes: number): void {
    this.bytes += bytes;
    this.peak = Math.max(this.peak, this.bytes);
  }
}

const meterOfDevice = perDevice(() => new Meter());
/** The meter of a buffer's owner, so that a copy for reading back counts towards the same. */
const meterOfBuffer = new WeakMap<GPUBuffer, Meter>();

/** Bytes of buffers that are alive on a device, and the most there ever were. Zero after every owner is disposed. */
export function allocatedBytes(device: GPUDevice): { readonly bytes: number; readonly peak: number } {
  const { bytes, peak } = meterOfDevice(device);
  return { bytes, peak };
}

/** The data a buffer starts with: WGSL has 32-bit scalars only. */
export type InitialData = Float32Array | Uint32Array | Int32Array | ArrayBuffer;

/**
 * The one owner of a group of buffers: makes them, counts their bytes, destroys them together.
 * Sizes are rounded up to 4 bytes, and to at least 16 so that no binding is empty.
 */
export class BufferSet implements Disposable {
  readonly #buffers = new Set<GPUBuffer>();

  constructor(
    readonly device: GPUDevice,
    readonly label: string,
    /** Counts what this owner holds, together with all who share it. */
    readonly meter: Meter = new Meter(),
  ) {}

  /** Bytes that this owner holds now. */
  get bytes(): number {
    let sum = 0;
    for (const buffer of this.#buffers) sum += buffer.size;
    return sum;
  }

  /** A storage buffer of `content` bytes, or one that holds `content`. Readable back and writable from the host. */
  storage(label: string, content: number | InitialData): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.#create(label, content, usage, this.device.limits.maxStorageBufferBindingSize);
  }

  /** A uniform buffer that holds `content`. */
  uniform(label: string, content: ArrayBuffer): GPUBuffer {
    return this.#create(label, content, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST, Infinity);
  }

  /** A buffer to copy results into and map. */
  staging(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST, Infinity);
  }

  /** Destroys one buffer ahead of the others. */
  free(buffer: GPUBuffer): void {
    if (!this.#buffers.delete(buffer)) return;
    this.#count(-buffer.size);
    buffer.destroy();
  }

  dispose(): void {
    for (const buffer of this.#buffers) this.free(buffer);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #create(label: string, content: number | InitialData, usage: number, bindingLimit: number): GPUBuffer {
    const wanted = typeof content === "number" ? content : content.byteLength;
    const size = Math.max(16, Math.ceil(wanted / 4) * 4);
    throwUnlessFits(`${this.label}/${label}`, size, Math.min(this.device.limits.maxBufferSize, bindingLimit));
    const filled = typeof content !== "number" && wanted > 0;
    const buffer = this.device.createBuffer({
      label: `${this.label}/${label}`,
      size,
      usage,
      mappedAtCreation: filled,
    });
    if (filled) {
      const bytes =
        content instanceof ArrayBuffer
          ? new Uint8Array(content)
          : new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
      new Uint8Array(buffer.getMappedRange()).set(bytes);
      buffer.unmap();
    }
    this.#buffers.add(buffer);
    meterOfBuffer.set(buffer, this.meter);
    this.#count(size);
    return buffer;
  }

  #count(bytes: number): void {
    this.meter.add(bytes);
    meterOfDevice(this.device).add(bytes);
  }
}

/** @throws LimitError with both numbers, where a buffer of `bytes` is more than the device allows. */
export function throwUnlessFits(label: string, bytes: number, available: number): void {
  if (bytes <= available) return;
  throw new LimitError(
    `The buffer ${label} needs ${bytes} bytes, and this GPU allows ${available} in one buffer.`,
    "Choose the backend `cpu`, or use an adapter with larger buffers (`semnan info` shows the limits).",
    bytes,
    available,
  );
}

/** Copies `bytes` of a buffer to the host. The staging buffer is freed whatever happens. */
export async function readBytes(
  device: GPUDevice,
  buffer: GPUBuffer,
  bytes: number = buffer.size,
  offset = 0,
): Promise<ArrayBuffer> {
  const owner = new BufferSet(device, "readback", meterOfBuffer.get(buffer));
  // Not `using`, here and in all that a first fit runs: what compilers put in its place is half a kilobyte.
  try {
    const staging = owner.staging(buffer.label, bytes);
    const encoder = device.createCommandEncoder({ label: `readback/${buffer.label}` });
    encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await whileAlive(device, staging.mapAsync(GPUMapMode.READ));
    // The staging buffer may be larger than what was asked for.
    return staging.getMappedRange(0, bytes).slice(0);
  } finally {
    owner.dispose();
  }
}

/** `readBytes` as `count` floats, from element `first` on. */
export async function readFloats(
  device: GPUDevice,
  buffer: GPUBuffer,
  count: number,
  first = 0,
): Promise<Float32Array> {
  return new Float32Array(await readBytes(device, buffer, 4 * count, 4 * first));
}
