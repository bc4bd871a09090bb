import { SemnanError } from "../../../errors.ts";
import type { BufferSet } from "../buffers.ts";
import { isSoftware } from "../device.ts";
import { OPERATIONS_PER_DISPATCH } from "../dispatch.ts";
import type { Kernel } from "../kernel.ts";
import { bind, compile, type CompiledKernel, type CompileOptions, type Dispatch } from "../pipeline.ts";
import { packUniformSeries, uniformBytes } from "../uniforms.ts";
import { kernels, styles, type Style } from "./kernels.ts";

/** A dispatch and roughly how much it computes, so that submits can be cut before they take too long. */
export interface Work extends Dispatch {
  /** Multiply-adds. */
  readonly operations: number;
}

/** Where a factorisation says whether it failed: a word that is 0, or the 1-based index of the pivot that failed. */
export interface Status {
  readonly buffer: GPUBuffer;
  readonly flag: number;
}

/** Where a reduction writes its float32; not in a status's buffer. */
export interface Slot {
  readonly buffer: GPUBuffer;
  readonly slot: number;
}

export interface LinearAlgebraOptions {
  /** The kind of adapter to compute for; the device's own unless given. */
  readonly style?: keyof typeof styles;
  /** Most multiply-adds of one dispatch; the adapter's unless given. */
  readonly operationsPerDispatch?: number;
}

type KernelName = keyof typeof kernels;

type UniformsOf<Name extends KernelName> = Readonly<
  Record<keyof (typeof kernels)[Name]["uniforms"] & string, number>
>;

type ConstantsOf<Name extends KernelName> = Readonly<
  Record<keyof (typeof kernels)[Name]["constants"] & string, number>
>;

interface Step<Name extends KernelName> {
  readonly uniforms: UniformsOf<Name>;
  readonly workgroups: readonly [number, number, number];
  readonly operations: number;
}

/**
 * Dense float32 linear algebra on one device. The functions of this folder take it and return the dispatches of an
 * operation on given buffers, made once and recorded (`encode`) as often as wished, without any readback.
 * Uniforms and workspace belong to `owner`.
 */
export class LinearAlgebra {
  private constructor(
    readonly device: GPUDevice,
    readonly owner: BufferSet,
    readonly style: Style,
    /** Most multiply-adds of one dispatch; larger products are cut into several. */
    readonly operationsPerDispatch: number,
    /** The status of operations that follow no factorisation: always 0. */
    readonly noStatus: Status,
    private readonly compiled: ReadonlyMap<KernelName, CompiledKernel>,
  ) {}

  /**
   * Compiles the kernels for the owner's device, where that has not been done before.
   *
   * @throws ShaderError where one does not compile.
   */
  static async create(owner: BufferSet, options: LinearAlgebraOptions = {}): Promise<LinearAlgebra> {
    const { device } = owner;
    const { style: kind = isSoftware(device) ? "software" : "hardware" } = options;
    const { operationsPerDispatch = OPERATIONS_PER_DISPATCH[kind] } = options;
    const style = styles[kind];
    const compiled = await Promise.all(
      (Object.keys(kernels) as KernelName[]).map(
        async (name) => [name, await compile(device, kernels[name], compileOptions(name, style))] as const,
      ),
    );
    const noStatus = { buffer: owner.storage("no status", new Uint32Array(1)), flag: 0 };
    return new LinearAlgebra(device, owner, style, operationsPerDispatch, noStatus, new Map(compiled));
  }

  /** The `override` constants a kernel was compiled with. */
  constants<Name extends KernelName>(name: Name): ConstantsOf<Name> {
    return this.compiled.get(name)!.constants as ConstantsOf<Name>;
  }

  /**
   * One kernel on the same buffers with a series of uniforms, as dispatches in this order.
   *
   * @throws SemnanError where a buffer that is written is given to another binding as well.
   */
  dispatches<Name extends KernelName>(
    name: Name,
    resources: Readonly<Record<string, GPUBuffer>>,
    steps: readonly Step<Name>[],
  ): Work[] {
    const kernel: Kernel = kernels[name];
    const compiled = this.compiled.get(name)!;
    if (steps.length === 0 || !kernel.uniforms) return [];
    const series = steps.map((step) => step.uniforms as Readonly<Record<string, number>>);
    const { bytes, stride } = packUniformSeries(this.device, kernel.uniforms, series);
    const buffer = this.owner.uniform(`${kernel.label} sizes`, bytes);
    const sizes = { buffer, size: uniformBytes(kernel.uniforms) };
    throwIfAliased(kernel, resources);
    const bindGroup = bind(this.device, compiled, { ...resources, sizes });
    return steps.map(({ workgroups, operations }, index) => ({
      pipeline: compiled.pipeline,
      bindGroup,
      dynamicOffsets: [index * stride],
      workgroups,
      operations,
    }));
  }
}

function compileOptions(name: KernelName, style: Style): CompileOptions {
  switch (name) {
    case "matmul":
    case "matmulInPlace":
    case "matmulOntoLeft":
    case "choleskyPanel":
      return { parts: [style.tile], constants: style.tileConstants };
    case "choleskyDiagonal":
      return { constants: style.diagonalConstants };
    default:
      return {};
  }
}

/** WebGPU refuses such a dispatch too, but only when it is submitted, and without the names. */
function throwIfAliased(kernel: Kernel, resources: Readonly<Record<string, GPUBuffer>>): void {
  const names = Object.keys(resources);
  for (const written of names.filter((name) => kernel.bindings[name] === "array")) {
    const twin = names.find((name) => name !== written && resources[name] === resources[written]);
    if (twin === undefined) continue;
    throw new SemnanError(
      `${kernel.label}: "${written}" and "${twin}" share the buffer ${resources[written]!.label}.`,
      "Please report this.",
    );
  }
}
