import { readdirSync } from "node:fs";

/** The kind of adapter that a browser is started for. */
export type AdapterKind = "hardware" | "software";

/** Whether it is worth starting a browser for a hardware adapter: a look at device files, so that none starts twice in vain. */
export function hardwareIsPlausible(): boolean {
  if (process.platform !== "linux") return true;
  return ["/dev/dri", "/dev"].some((folder) => {
    try {
      return readdirSync(folder).some((name) => /^(renderD\d+|nvidia\d+|dxg|kfd)$/.test(name));
    } catch {
      return false;
    }
  });
}

/** Chrome's switches that make WebGPU work without a window, on hardware or on SwiftShader. */
export function webgpuFlags(kind: AdapterKind, sandbox: boolean): string[] {
  const quiet = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--no-default-browser-check",
    "--no-pings",
  ];
  const sandboxing = sandbox ? [] : ["--no-sandbox"];
  const common = ["--enable-unsafe-webgpu", ...quiet, ...sandboxing];
  if (kind === "software") {
    return [...common, "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];
  }
  const vulkan = ["--enable-features=Vulkan", "--use-angle=vulkan", "--disable-vulkan-surface"];
  return [...common, "--ignore-gpu-blocklist", ...(process.platform === "linux" ? vulkan : [])];
}
