import { create, globals } from "webgpu";
import { BackendUnavailableError } from "../../../src/errors.ts";
import type { AdapterReport } from "../launch.ts";
import type { ComputeHost } from "./host.ts";
import { loadModules } from "./node.ts";

/**
 * WebGPU without a browser: Dawn, Chrome's implementation, in this process, on the machine's Vulkan, Metal or
 * Direct3D driver. On Linux the Vulkan loader `libvulkan.so.1` must be found when the process starts.
 *
 * @throws BackendUnavailableError where Dawn finds no adapter.
 */
export async function startDawnHost(): Promise<ComputeHost> {
  const began = performance.now();
  const adapter = await provideDawn();
  const startSeconds = (performance.now() - began) / 1000;
  const modules = await loadModules();
  return {
    version: "Dawn for Node (npm webgpu)",
    adapter,
    startSeconds,
    async call<Result>(modulePath: string, exportName: string, ...values: readonly unknown[]) {
      const exported = (await modules.load(modulePath))[exportName];
      if (typeof exported !== "function")
        throw new TypeError(`${modulePath} exports no function ${exportName}`);
      return (await exported(...values)) as Result;
    },
    // Modules keep their device in a variable of their own.
    freshPage: () => Promise.resolve(modules.forget()),
    close: () => modules.close(),
  };
}

/** Gives this process `navigator.gpu` and the constants that go with it, and describes the adapter. */
export async function provideDawn(): Promise<AdapterReport> {
  Object.assign(globalThis, globals);
  // It must live as long as its devices, which are lost when it is collected.
  const gpu = create([]);
  if (!("navigator" in globalThis)) Object.defineProperty(globalThis, "navigator", { value: {} });
  Object.defineProperty(globalThis.navigator, "gpu", { value: gpu, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new BackendUnavailableError(
      "Dawn found no adapter",
      "Install a GPU driver and its Vulkan loader (Debian: libvulkan1), or run through Chrome.",
    );
  }
  return describe(adapter);
}

function describe(adapter: GPUAdapter): AdapterReport {
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const limits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const value = adapter.limits[name as keyof GPUSupportedLimits];
    if (typeof value === "number") limits[name] = value;
  }
  const fallback =
    isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/i.test(`${architecture} ${description}`);
  return {
    vendor,
    architecture,
    device,
    description,
    fallback,
    features: [...adapter.features].sort(),
    limits,
  };
}
