import { DEFAULT_LIMITS } from "./defaultLimits.ts";
import { PROGRESS_FIELDS } from "../../../src/engine/gpu/stepKernels.ts";

/** How often each thing was asked of a device. */
export interface DeviceCounts {
  buffers: number;
  bindGroups: number;
  pipelines: number;
  shaderModules: number;
  submits: number;
  dispatches: number;
}

/** Numbers of the WebGPU specification, which Node lacks. */
const CONSTANTS = {
  GPUBufferUsage: { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, UNIFORM: 64, STORAGE: 128 },
  GPUShaderStage: { COMPUTE: 4 },
  GPUMapMode: { READ: 1 },
};

/**
 * A device that computes nothing and counts everything asked of it, so that what the host does can be compared between
 * versions on any machine. A run of an optimiser on it converges after `polls` polls of eight iterations each.
 */
export function countingDevice(kind: "software" | "hardware", polls: number) {
  for (const [name, value] of Object.entries(CONSTANTS)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value });
  }
  const counts: DeviceCounts = {
    buffers: 0,
    bindGroups: 0,
    pipelines: 0,
    shaderModules: 0,
    submits: 0,
    dispatches: 0,
  };
  let polled = 0;
  const readback = (label: string, size: number): ArrayBuffer => {
    const bytes = new ArrayBuffer(size);
    if (!label.endsWith("/progress")) return bytes;
    polled++;
    const view = new DataView(bytes);
    view.setUint32(4 * Object.keys(PROGRESS_FIELDS).indexOf("status"), polled < polls ? 0 : 1, true);
    view.setUint32(4 * Object.keys(PROGRESS_FIELDS).indexOf("iteration"), 8 * polled, true);
    return bytes;
  };
  const pass = {
    setPipeline: () => undefined,
    setBindGroup: () => undefined,
    dispatchWorkgroups: () => void counts.dispatches++,
    end: () => undefined,
  };
  const device = {
    adapterInfo: {
      vendor: "counting",
      architecture: kind === "software" ? "swiftshader" : "gpu",
      description: "",
    },
    features: new Set<string>(),
    limits: DEFAULT_LIMITS,
    // Never lost, so never settled.
    lost: new Promise<never>(() => undefined),
    queue: {
      writeBuffer: () => undefined,
      submit: () => void counts.submits++,
      onSubmittedWorkDone: () => Promise.resolve(),
    },
    createBuffer: ({ label, size }: { label: string; size: number }) => {
      counts.buffers++;
      return {
        label,
        size,
        destroy: () => undefined,
        unmap: () => undefined,
        mapAsync: () => Promise.resolve(),
        getMappedRange: (offset = 0, length = size - offset) => readback(label, length),
      };
    },
    createShaderModule: () => {
      counts.shaderModules++;
      return { getCompilationInfo: () => Promise.resolve({ messages: [] }) };
    },
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createComputePipelineAsync: () => {
      counts.pipelines++;
      return Promise.resolve({});
    },
    createBindGroup: () => {
      counts.bindGroups++;
      return {};
    },
    createCommandEncoder: () => ({
      beginComputePass: () => pass,
      copyBufferToBuffer: () => undefined,
      finish: () => ({}),
    }),
    pushErrorScope: () => undefined,
    popErrorScope: () => Promise.resolve(null),
  };
  return { device: device as unknown as GPUDevice, counts };
}
