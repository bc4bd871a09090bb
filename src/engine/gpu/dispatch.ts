import { isSoftware } from "./device.ts";
import type { Kernel } from "./kernel.ts";
import type { Work } from "./linalg/algebra.ts";
import { bind, compile, type CompileOptions, groupsOf, type Resource } from "./pipeline.ts";
import { packUniformSeries, uniformBytes } from "./uniforms.ts";
import type { Workspace } from "./workspace.ts";

/** Multiply-adds of a dispatch that takes about a tenth of a second, by kind of adapter. */
export const OPERATIONS_PER_DISPATCH = { software: 1.5e8, hardware: 5e10 } as const;

/** The dispatch of a kernel over `items` invocations in each dimension, with its buffers bound by name. */
export async function dispatchOver(
  device: GPUDevice,
  kernel: Kernel,
  resources: Readonly<Record<string, Resource>>,
  items: readonly [number, number?, number?],
  options: CompileOptions = {},
  operations: number = items.reduce<number>((product, count) => product * (count ?? 1), 1),
): Promise<Work> {
  const compiled = await compile(device, kernel, options);
  const [x, y = 1, z = 1] = items;
  return {
    pipeline: compiled.pipeline,
    bindGroup: bind(device, compiled, resources),
    workgroups: [groupsOf(x, compiled.constants["WORKGROUP"] ?? 1), y, z],
    operations,
  };
}

/** `dispatchOver` for a kernel that walks the graph: the uniform and the tables are the workspace's. */
export async function dispatchGraph(
  workspace: Workspace,
  kernel: Kernel,
  resources: Readonly<Record<string, Resource>>,
  items: readonly [number, number?, number?],
  options: CompileOptions = {},
): Promise<Work[]> {
  const { device, graphUniform, tables } = workspace;
  return [await dispatchOver(device, kernel, { graph: graphUniform, tables, ...resources }, items, options)];
}

/**
 * The dispatches of a kernel with a `range` over `items` invocations of about `operations` multiply-adds each:
 * several, where one would take longer than the adapter's watchdog should see.
 */
export async function dispatchRange(
  workspace: Workspace,
  kernel: Kernel,
  resources: Readonly<Record<string, Resource>>,
  items: number,
  operations: number,
  options: CompileOptions = {},
): Promise<Work[]> {
  const { device, buffers, graphUniform, tables } = workspace;
  const compiled = await compile(device, kernel, options);
  const size = compiled.constants["WORKGROUP"] ?? 1;
  const fitting = Math.floor(
    OPERATIONS_PER_DISPATCH[isSoftware(device) ? "software" : "hardware"] / (operations * size),
  );
  const groups = Math.max(1, Math.min(fitting, device.limits.maxComputeWorkgroupsPerDimension));
  const firsts = Array.from({ length: groupsOf(items, groups * size) }, (_, cut) => cut * groups * size);
  const fields = { first: "u32" } as const;
  const { bytes, stride } = packUniformSeries(
    device,
    fields,
    firsts.map((first) => ({ first })),
  );
  const range = { buffer: buffers.uniform(`${kernel.label} range`, bytes), size: uniformBytes(fields) };
  const bindGroup = bind(device, compiled, { graph: graphUniform, tables, range, ...resources });
  return firsts.map((first, cut) => {
    const count = Math.min(groups * size, items - first);
    return {
      pipeline: compiled.pipeline,
      bindGroup,
      dynamicOffsets: [cut * stride],
      workgroups: [groupsOf(count, size), 1, 1],
      operations: operations * count,
    };
  });
}
