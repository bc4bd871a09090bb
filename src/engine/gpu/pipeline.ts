import { SemnanError, ShaderError } from "../../errors.ts";
import { perDevice, whileAlive } from "./device.ts";
import type { BindingKind, Kernel, LibraryPart } from "./kernel.ts";

/** A kernel compiled for one device with settled constants. */
export interface CompiledKernel {
  readonly kernel: Kernel;
  readonly constants: Readonly<Record<string, number>>;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

export interface CompileOptions {
  /** Override constants that differ from the manifest's. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Further WGSL, such as a user's discrepancy; compile errors inside bear the part's own label and lines. */
  readonly parts?: readonly LibraryPart[];
}

const pipelinesOf = perDevice(() => new Map<string, Promise<CompiledKernel>>());

/**
 * The pipeline of a kernel on a device: compiled once, shared by all who ask, also while still in the making.
 *
 * @throws ShaderError with label, line and column where the WGSL does not compile.
 */
export function compile(
  device: GPUDevice,
  kernel: Kernel,
  options: CompileOptions = {},
): Promise<CompiledKernel> {
  const pipelines = pipelinesOf(device);
  const key = JSON.stringify([kernel.label, options.constants ?? {}, options.parts ?? []]);
  const known = pipelines.get(key);
  if (known) return known;
  const made = build(device, kernel, options);
  pipelines.set(key, made);
  // A failure is not kept: the next caller gets its own error rather than a stale one.
  made.catch(() => pipelines.delete(key));
  return made;
}

async function build(device: GPUDevice, kernel: Kernel, options: CompileOptions): Promise<CompiledKernel> {
  const { label } = kernel;
  const constants = { ...kernel.constants, ...options.constants };
  // The kernel's own file comes first, so its line numbers need no shift.
  const parts = [{ label, source: kernel.source }, ...(kernel.library ?? []), ...(options.parts ?? [])];
  const code = parts.map((part) => part.source).join("\n");
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label, code });
  const moduleError = device.popErrorScope();
  const layout = device.createBindGroupLayout({
    label,
    entries: Object.values(kernel.bindings).map((kind, binding) => layoutEntry(kind, binding)),
  });
  const pipeline = device.createComputePipelineAsync({
    label,
    layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: label, constants },
  });
  // Awaited below; a module error is reported in its place.
  pipeline.catch(() => undefined);
  await throwCompileErrors(device, module, parts);
  const scopeError = await whileAlive(device, moduleError);
  if (scopeError) throw pipelineError(label, scopeError.message);
  try {
    return { kernel, constants, layout, pipeline: await whileAlive(device, pipeline) };
  } catch (cause) {
    if (cause instanceof SemnanError) throw cause;
    throw pipelineError(label, cause instanceof Error ? cause.message : String(cause));
  }
}

function pipelineError(label: string, message: string): ShaderError {
  return new ShaderError(
    `${label}: ${message}`,
    "Choose the backend `cpu` and report the message.",
    label,
    1,
    1,
  );
}

function layoutEntry(kind: BindingKind, binding: number): GPUBindGroupLayoutEntry {
  const visibility = GPUShaderStage.COMPUTE;
  switch (kind) {
    case "uniform":
      return { binding, visibility, buffer: { type: "uniform" } };
    case "dynamicUniform":
      return { binding, visibility, buffer: { type: "uniform", hasDynamicOffset: true } };
    case "table":
      return { binding, visibility, buffer: { type: "read-only-storage" } };
    case "array":
      return { binding, visibility, buffer: { type: "storage" } };
  }
}

async function throwCompileErrors(
  device: GPUDevice,
  module: GPUShaderModule,
  parts: readonly LibraryPart[],
): Promise<void> {
  const { messages } = await whileAlive(device, module.getCompilationInfo());
  const first = messages.find((message) => message.type === "error");
  if (!first) return;
  let line = first.lineNum;
  let part = parts[0]!;
  for (const candidate of parts) {
    part = candidate;
    const lines = candidate.source.split("\n").length;
    if (line <= lines) break;
    line -= lines;
  }
  throw new ShaderError(
    `${part.label}:${line}:${first.linePos}: ${first.message}`,
    "Correct the WGSL at this line and column.",
    part.label,
    line,
    first.linePos,
  );
}

/** What a binding may be given: a whole buffer, or a range of one. */
export type Resource = GPUBuffer | GPUBufferBinding;

/**
 * A bind group by the WGSL names of the kernel's bindings.
 *
 * @throws SemnanError where a name is missing.
 */
export function bind(
  device: GPUDevice,
  compiled: CompiledKernel,
  resources: Readonly<Record<string, Resource>>,
): GPUBindGroup {
  const { label, bindings } = compiled.kernel;
  const entries = Object.keys(bindings).map((name, binding) => {
    const resource = resources[name];
    if (resource === undefined) {
      throw new SemnanError(`${label}: the binding "${name}" was given no buffer.`, "Please report this.");
    }
    return { binding, resource: "buffer" in resource ? resource : { buffer: resource } };
  });
  return device.createBindGroup({ label, layout: compiled.layout, entries });
}

/** One recorded dispatch; made once, encoded many times. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly dynamicOffsets?: readonly number[];
  readonly workgroups: readonly [number, number, number];
}

/** Encodes dispatches into a pass, in order; WebGPU makes each see what those before it wrote. */
export function encode(pass: GPUComputePassEncoder, dispatches: Iterable<Dispatch>): void {
  for (const { pipeline, bindGroup, dynamicOffsets, workgroups } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup, dynamicOffsets ?? []);
    pass.dispatchWorkgroups(...workgroups);
  }
}

/** Number of workgroups of `size` that cover `count` items. */
export function groupsOf(count: number, size: number): number {
  return Math.ceil(count / size);
}
