import type { BufferSet } from "../../gpu/buffers.ts";
import { bind, compile, type CompiledKernel, type Dispatch, groupsOf } from "../../gpu/pipeline.ts";
import { packUniforms, uniformBytes } from "../../gpu/uniforms.ts";
import type { BatchSetup } from "../batchEngine.ts";
import type { SampleLayout } from "../program/sampleLayout.ts";
import { seedKey, STREAMS } from "../random/philox.ts";
import type { ResamplingGroup } from "../workers/laneSolver.ts";
import { resamplingGroup } from "../workers/setup.ts";
import { drawRows, sampleMoments, sumRows } from "./kernels.ts";

const LANES = 4;

/** Blocks of four draws for one replicate of `rows` cases. */
function blocksOf(rows: number): number {
  return Math.ceil(rows / 4);
}

/** One group's tables and bindings on the device. */
interface GroupBuffers {
  readonly group: ResamplingGroup;
  readonly quads: number;
  readonly uniforms: { readonly draws: GPUBuffer; readonly extent: GPUBuffer; readonly group: GPUBuffer };
  readonly dispatches: readonly { readonly compiled: CompiledKernel; readonly bindGroup: GPUBindGroup }[];
}

/** Draws replicates and their moments on the device: the same cases as every other engine draws. */
export class GpuResampler {
  private constructor(
    private readonly device: GPUDevice,
    private readonly key: readonly [number, number],
    private readonly groups: readonly GroupBuffers[],
  ) {}

  /** Bytes of buffers that one replicate takes. */
  static bytesPerReplicate({ rows }: BatchSetup, layout: SampleLayout): number {
    return (rows ?? []).reduce((sum, { rows: count }, g) => {
      const { k } = layout.groups[g]!;
      return sum + 16 * (blocksOf(count) + Math.ceil(((k * (k + 1)) / 2 + k) / LANES));
    }, 0);
  }

  static async create(
    device: GPUDevice,
    buffers: BufferSet,
    setup: BatchSetup,
    layout: SampleLayout,
    samples: GPUBuffer,
    capacity: number,
  ): Promise<GpuResampler> {
    const kernels = await Promise.all(
      [drawRows, sumRows, sampleMoments].map((kernel) => compile(device, kernel)),
    );
    const groups = setup.rows!.map((_, g): GroupBuffers => {
      const group = resamplingGroup(setup, layout, g, LANES);
      const quads = group.table.length / group.rows / LANES;
      const uniforms = {
        draws: buffers.uniform("draws", new ArrayBuffer(uniformBytes(drawRows.uniforms))),
        extent: buffers.uniform("extent", new ArrayBuffer(uniformBytes(sumRows.uniforms))),
        group: buffers.uniform("group", new ArrayBuffer(uniformBytes(sampleMoments.uniforms))),
      };
      const resources = {
        ...uniforms,
        samples,
        drawn: buffers.storage("drawn", 16 * blocksOf(group.rows) * capacity),
        table: buffers.storage("table", Float32Array.from(group.table)),
        sums: buffers.storage("sums", 16 * quads * capacity),
        mean: buffers.storage("mean", Float32Array.from(group.mean)),
      };
      const dispatches = kernels.map((compiled) => ({
        compiled,
        bindGroup: bind(device, compiled, resources),
      }));
      return { group, quads, uniforms, dispatches };
    });
    return new GpuResampler(device, seedKey(setup.seed), groups);
  }

  /** Uploads the numbers of replicates first … first + count − 1 and returns what fills their sample vectors. */
  prepare(first: number, count: number): Dispatch[] {
    return this.groups.flatMap(({ group, quads, uniforms, dispatches }, g) => {
      const { queue } = this.device;
      const blocks = blocksOf(group.rows);
      const common = { replicates: count, rows: group.rows, blocks, quads };
      const [key0, key1] = this.key;
      const draws = { ...common, first, stream: STREAMS.rows + g, key0, key1 };
      queue.writeBuffer(uniforms.draws, 0, packUniforms(drawRows.uniforms, draws));
      queue.writeBuffer(uniforms.extent, 0, packUniforms(sumRows.uniforms, common));
      const places = { k: group.k, covariance_place: group.covariancePlace, mean_place: group.meanPlace };
      queue.writeBuffer(uniforms.group, 0, packUniforms(sampleMoments.uniforms, { ...common, ...places }));
      const items = [blocks, quads * count, count];
      return dispatches.map(({ compiled, bindGroup }, i): Dispatch => {
        const size = compiled.constants["WORKGROUP"]!;
        return {
          pipeline: compiled.pipeline,
          bindGroup,
          workgroups: [groupsOf(items[i]!, size), i === 0 ? count : 1, 1],
        };
      });
    });
  }
}
