import { BackendUnavailableError, DeviceLostError, SemnanError } from "../../errors.ts";

/** Limits that grow with what the adapter has; the WebGPU defaults stop at 128 MiB a binding and 16 KiB of workgroup memory. */
const WANTED_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxStorageBuffersPerShaderStage",
] as const;

const WANTED_FEATURES: readonly GPUFeatureName[] = ["timestamp-query", "subgroups"];

/**
 * Asks for a device with every limit of `WANTED_LIMITS` as large as the adapter allows.
 * Everything in this folder also works with a device that was made elsewhere with default limits.
 *
 * @throws BackendUnavailableError where there is no WebGPU or no adapter.
 */
export async function requestDevice(
  gpu: GPU | undefined = (globalThis.navigator as Navigator | undefined)?.gpu,
): Promise<GPUDevice> {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new BackendUnavailableError(
      gpu ? "This browser has WebGPU but found no adapter." : "There is no WebGPU here.",
      "Choose the backend `cpu`, or run in a browser with WebGPU (Chrome, Edge, Safari 26, Firefox 141).",
    );
  }
  const requiredLimits: Record<string, number> = {};
  for (const name of WANTED_LIMITS) requiredLimits[name] = adapter.limits[name];
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
  return adapter.requestDevice({ label: "semnan", requiredLimits, requiredFeatures });
}

/** Vendor and architecture of the device's adapter, as in "google swiftshader". */
export function adapterName(device: GPUDevice): string {
  const info = device.adapterInfo as GPUAdapterInfo | undefined;
  const words = [info?.vendor, info?.architecture].filter((word) => word !== undefined && word !== "");
  return words.length > 0 ? words.join(" ") : (info?.description ?? "unknown adapter");
}

/** Whether the adapter computes on the CPU, where a dispatch must be kept a hundred times smaller. */
export function isSoftware(device: GPUDevice): boolean {
  const info = device.adapterInfo as GPUAdapterInfo | undefined;
  return (
    info?.isFallbackAdapter === true ||
    /swiftshader|llvmpipe|lavapipe|warp/i.test(`${info?.architecture} ${info?.description}`)
  );
}

/** A cache that lives and dies with each device; `create` runs once per device. */
export function perDevice<Value>(create: (device: GPUDevice) => Value): (device: GPUDevice) => Value {
  const values = new WeakMap<GPUDevice, Value>();
  return (device) => {
    const known = values.get(device);
    if (known !== undefined) return known;
    const value = create(device);
    values.set(device, value);
    return value;
  };
}

const lossOf = perDevice((device) => {
  const loss: { info: GPUDeviceLostInfo | undefined } = { info: undefined };
  const record = async (): Promise<void> => {
    loss.info = await device.lost;
  };
  void record();
  return loss;
});

/** Starts watching a device, so that later failures can be told from its loss. Cheap; call it early. */
export function watch(device: GPUDevice): void {
  lossOf(device);
}

/** @throws DeviceLostError where the device is known to be lost. */
export function throwIfLost(device: GPUDevice): void {
  const { info } = lossOf(device);
  if (info === undefined) return;
  throw new DeviceLostError(
    `The GPU device was lost${info.message === "" ? "" : `: ${info.message}`}`,
    "Close other programs that use the GPU and run again, or choose the backend `cpu`.",
  );
}

/** Awaits work on the device's queue; a rejection caused by the device's loss becomes a `DeviceLostError`. */
export async function whileAlive<Value>(device: GPUDevice, work: Promise<Value>): Promise<Value> {
  throwIfLost(device);
  try {
    return await work;
  } catch (cause) {
    // The loss is announced in a task of its own, which may come after the rejection.
    await Promise.race([device.lost, new Promise((resolve) => setTimeout(resolve, 0))]);
    throwIfLost(device);
    throw cause;
  }
}

/**
 * Runs synchronous WebGPU calls inside validation and out-of-memory scopes and waits for their verdict.
 * Synchronous, because scopes form one stack per device: interleaved awaits would mix up their owners.
 *
 * @throws SemnanError that carries the browser's message and `label`.
 */
export async function scoped<Value>(device: GPUDevice, label: string, work: () => Value): Promise<Value> {
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  let verdicts: Promise<(GPUError | null)[]>;
  let value: Value;
  try {
    value = work();
  } finally {
    verdicts = Promise.all([device.popErrorScope(), device.popErrorScope()]);
  }
  const error = (await whileAlive(device, verdicts)).find((verdict) => verdict !== null);
  if (error) {
    throw new SemnanError(
      `${label}: ${error.message}`,
      "Choose the backend `cpu`; if the message is not about memory, please report it.",
    );
  }
  return value;
}
