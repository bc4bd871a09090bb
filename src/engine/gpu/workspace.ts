import { LimitError } from "../../errors.ts";
import type { Districts } from "../../plan/districts.ts";
import type { Graph } from "../../plan/graph.ts";
import { type MatrixName, type MatrixPlan, planMatrices } from "../../plan/memory.ts";
import { quadsOf } from "../../plan/quads.ts";
import { GRAPH_FIELDS, type GraphSizes, type PackedTables, packTables } from "../../plan/tables.ts";
import { BufferSet, throwUnlessFits } from "./buffers.ts";
import type { Design } from "./design.ts";
import { whileAlive } from "./device.ts";
import { packUniforms } from "./uniforms.ts";

/** Elements of `evaluation`: F, ln|Σ|, ln|Σ + S|, and the first of k sums by column. */
export const EVALUATION = { value: 0, logDetSigma: 1, logDetMixed: 2, sums: 8 } as const;

/** The buffers of one problem. Owned by `buffers`; see the kernels for their layouts. */
export interface Workspace {
  readonly device: GPUDevice;
  readonly buffers: BufferSet;
  readonly graph: Graph;
  readonly districts: Districts;
  /** A lower bound of the condition number of S in unit variances: how much rounding grows on its way through Σ⁻¹. */
  readonly sampleCondition: number;
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
  readonly evaluation: GPUBuffer;
  /** Not zero where Σ (word 0) or Σ + S (word 1) is not positive definite; then a word for each large district. */
  readonly status: GPUBuffer;
  /** The planned matrices; those that the design does not need are stand-ins. */
  readonly matrices: Readonly<Record<MatrixName, GPUBuffer>>;
}

/** Plans the matrices of a design. @throws LimitError with both numbers where one does not fit the device. */
function planFor(device: GPUDevice, { graph, districts, memory }: Design): [PackedTables, MatrixPlan] {
  const packed = packTables(graph, districts);
  const matrices = planMatrices(packed.sizes, districts.elements, memory);
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const available = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  for (const [name, bytes] of Object.entries({ ...matrices, tables: packed.tables.byteLength })) {
    throwUnlessFits(name, bytes, available);
  }
  return [packed, matrices];
}

/**
 * Allocates what a design needs and uploads its tables and sample.
 *
 * @throws LimitError: before anything is allocated, where a buffer is larger than the device allows; after, where the
 * device has not that much memory.
 */
export async function createWorkspace(device: GPUDevice, design: Design): Promise<Workspace> {
  const { graph, districts, sample } = design;
  const [packed, matrices] = planFor(device, design);
  const buffers = new BufferSet(device, "solver");
  const { entries, parameterCount } = graph;
  const { sizes, tables } = packed;
  const words = EVALUATION.sums + graph.p + 2 * districts.count;
  device.pushErrorScope("out-of-memory");
  const workspace = {
    device,
    buffers,
    graph,
    districts,
    sampleCondition: sample.condition,
    sizes,
    graphUniform: buffers.uniform("graph", packUniforms(GRAPH_FIELDS, sizes)),
    tables: buffers.storage("tables", tables),
    constant: buffers.storage("constant", entries.constant),
    theta: buffers.storage("theta", 4 * parameterCount),
    value: buffers.storage("value", 4 * entries.count),
    derivative: buffers.storage("derivative", 4 * entries.count),
    slope: buffers.storage("slope", 4 * parameterCount),
    evaluation: buffers.storage("evaluation", 4 * words),
    status: buffers.storage("status", 4 * (2 + districts.count)),
    matrices: mapValues(matrices, (name, bytes) => buffers.storage(name, bytes)),
  };
  const failure = await whileAlive(device, device.popErrorScope());
  if (failure) {
    const needed = buffers.bytes;
    buffers.dispose();
    throw new LimitError(
      `The model needs ${needed} bytes of GPU memory, and this GPU did not give them.`,
      "Close other programs that use the GPU, or choose the backend `cpu`.",
      needed,
      NaN,
    );
  }
  const upload = (name: MatrixName, matrix: Float64Array): void => {
    device.queue.writeBuffer(workspace.matrices[name], 0, padded(matrix, graph.k));
  };
  upload("sample", sample.uploaded);
  if (design.memory.sampleInverse && sample.inverse) upload("sampleInverse", sample.inverse);
  return workspace;
}

function mapValues<Name extends string, In, Out>(
  record: Readonly<Record<Name, In>>,
  map: (name: Name, value: In) => Out,
): Record<Name, Out> {
  const entries = Object.entries(record) as [Name, In][];
  return Object.fromEntries(entries.map(([name, value]) => [name, map(name, value)])) as Record<Name, Out>;
}

/** A k×k float64 matrix as k rows of ⌈k/4⌉ vec4f, zero past k. */
function padded(matrix: Float64Array, k: number): Float32Array {
  const stride = 4 * quadsOf(k);
  const result = new Float32Array(k * stride);
  for (let i = 0; i < k; i++) result.set(matrix.subarray(i * k, (i + 1) * k), i * stride);
  return result;
}
