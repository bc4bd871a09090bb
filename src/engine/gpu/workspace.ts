import { type Graph } from "../../plan/graph.ts";
import { quadsOf, GRAPH_FIELDS, type GraphSizes, packTables } from "../../plan/tables.ts";
import { BufferSet } from "./buffers.ts";
import { isSoftware } from "./device.ts";
import type { Kernel } from "./kernel.ts";
import type { Work } from "./linalg/algebra.ts";
import { styles } from "./linalg/kernels.ts";
import { bind, compile, type CompileOptions, groupsOf, type Resource } from "./pipeline.ts";
import { packUniforms, packUniformSeries, uniformBytes } from "./uniforms.ts";

/** Elements of `evaluation`: F, ln|Σ|, ln|Σ + S|, and the first of k sums by column. */
export const EVALUATION = { value: 0, logDetSigma: 1, logDetMixed: 2, sums: 8 } as const;

/** Buffers that every method of one problem shares. Owned by `buffers`; see the kernels for their layouts. */
export interface Workspace {
  readonly device: GPUDevice;
  readonly buffers: BufferSet;
  readonly graph: Graph;
  readonly sizes: GraphSizes;
  /** The uniform `Graph`, its tables, and the constants of the entries. */
  readonly graphUniform: GPUBuffer;
  readonly tables: GPUBuffer;
  readonly constant: GPUBuffer;
  /** θ; entries' values at θ; ∂F/∂ each entry; ∂F/∂θ. */
  readonly theta: GPUBuffer;
  readonly value: GPUBuffer;
  readonly derivative: GPUBuffer;
  readonly slope: GPUBuffer;
  /** S, D = Σ − S, G = ∂F/∂Σ: k rows of ⌈k/4⌉ vec4f. */
  readonly sample: GPUBuffer;
  readonly difference: GPUBuffer;
  readonly gradient: GPUBuffer;
  readonly evaluation: GPUBuffer;
  /** Two words, not zero where Σ (or Σ + S) is not positive definite. */
  readonly status: GPUBuffer;
}

/** Bytes of a square matrix over the observed variables, rows padded to whole vec4f. */
export function observedMatrixBytes(sizes: GraphSizes): number {
  return 16 * sizes.observed * sizes.observed_quads;
}

/**
 * Allocates the shared buffers of a graph and uploads its tables and S.
 *
 * @param sample S in the graph's order of observed variables, row-major k×k.
 */
export function createWorkspace(device: GPUDevice, graph: Graph, sample: Float64Array): Workspace {
  const buffers = new BufferSet(device, "solver");
  const { sizes, tables } = packTables(graph);
  const matrix = observedMatrixBytes(sizes);
  const { entries, parameterCount } = graph;
  return {
    device,
    buffers,
    graph,
    sizes,
    graphUniform: buffers.uniform("graph", packUniforms(GRAPH_FIELDS, sizes)),
    tables: buffers.storage("tables", tables),
    constant: buffers.storage("constant", entries.constant),
    theta: buffers.storage("theta", 4 * parameterCount),
    value: buffers.storage("value", 4 * entries.count),
    derivative: buffers.storage("derivative", 4 * entries.count),
    slope: buffers.storage("slope", 4 * parameterCount),
    sample: buffers.storage("sample", padded(sample, graph.k)),
    difference: buffers.storage("difference", matrix),
    gradient: buffers.storage("gradient", matrix),
    evaluation: buffers.storage("evaluation", 4 * (EVALUATION.sums + graph.k)),
    status: buffers.storage("status", 8),
  };
}

/** A k×k float64 matrix as k rows of ⌈k/4⌉ vec4f, zero past k. */
export function padded(matrix: Float64Array, k: number): Float32Array {
  const stride = 4 * quadsOf(k);
  const result = new Float32Array(k * stride);
  for (let i = 0; i < k; i++) result.set(matrix.subarray(i * k, (i + 1) * k), i * stride);
  return result;
}

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
  const { operationsPerDispatch } = styles[isSoftware(device) ? "software" : "hardware"];
  const fitting = Math.floor(operationsPerDispatch / (operations * size));
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
