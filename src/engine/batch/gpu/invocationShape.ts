import { LimitError } from "../../../errors.ts";
import { compile, groupsOf } from "../../gpu/pipeline.ts";
import type { BatchSetup } from "../batchEngine.ts";
import type { Program } from "../program/program.ts";
import { traceSamplePart } from "../program/samplePart.ts";
import { PRIVATE_BYTES, privateBytes } from "./invocationLimits.ts";
import { quasiNewton } from "./kernels.ts";
import type { SolverShape } from "./shape.ts";
import { modelPart } from "./straightLine.ts";

/**
 * One invocation a problem, straight-line code: the fastest where the model is small.
 *
 * @throws LimitError where a problem needs more private memory than WGSL has.
 */
export function invocationShape(
  device: GPUDevice,
  setup: BatchSetup,
  program: Program,
  shares: readonly number[],
): SolverShape {
  const t = program.parameterCount;
  if (!fitsInvocation(program)) {
    const needed = privateBytes(t, program.sample.size);
    throw new LimitError(
      `A problem with ${t} parameters needs ${needed} bytes of private memory, and WGSL has ${PRIVATE_BYTES}.`,
      "Choose the backend `cpu`.",
      needed,
      PRIVATE_BYTES,
    );
  }
  const source = modelPart(program, traceSamplePart(program.sample, shares, t));
  const parts = [{ label: "model", source }];
  return {
    description: "one invocation a problem",
    bytesPerProblem: 0,
    fewestProblems: 64,
    firstProblems: 256,
    // `compile` keeps what it has made.
    compile: (ownStarts) =>
      compile(device, quasiNewton, { parts, constants: { OWN_STARTS: ownStarts ? 1 : 0 } }),
    workgroups: (count, { constants }) => groupsOf(count, constants["WORKGROUP"]!),
    createBuffers: (buffers) => ({
      inverse_hessian: buffers.storage("inverse Hessian", lowerTriangle(setup.inverseHessian, t)),
    }),
  };
}

function lowerTriangle(matrix: Float64Array, size: number): Float32Array<ArrayBuffer> {
  const triangle: number[] = [];
  for (let i = 0; i < size; i++) triangle.push(...matrix.subarray(i * size, i * size + i + 1));
  return Float32Array.from(triangle);
}

/** Whether a problem fits what one invocation may keep to itself. */
export function fitsInvocation({ parameterCount, sample }: Program): boolean {
  return privateBytes(parameterCount, sample.size) <= PRIVATE_BYTES;
}
