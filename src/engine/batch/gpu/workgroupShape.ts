import { LimitError } from "../../../errors.ts";
import { compile } from "../../gpu/pipeline.ts";
import type { BatchSetup } from "../batchEngine.ts";
import { quasiNewtonWorkgroup } from "./kernels.ts";
import { MOST_EVALUATIONS, type SolverShape } from "./shape.ts";
import { packWorkgroupTables, type WorkgroupSizes } from "./workgroupTables.ts";

/** The kernel's own limit: the copy of a column that an invocation keeps (MOST_VARIABLES in the shader). */
const MOST_VARIABLES = 128;

/**
 * One workgroup a problem, in workgroup memory: for models too large for one invocation.
 *
 * @throws LimitError where a problem has too many variables or does not fit the device's workgroup memory.
 */
export function workgroupShape(device: GPUDevice, setup: BatchSetup, shares: readonly number[]): SolverShape {
  const { sizes, tables, factors } = packWorkgroupTables(setup.model, shares);
  const t = sizes.PARAMETERS;
  const workgroup = workgroupSize(sizes.VARIABLES);
  requireWorkgroupMemory(device, sizes, workgroup);
  const constants = { ...sizes, WORKGROUP: workgroup, HISTORY: MOST_EVALUATIONS };
  return {
    description: "one workgroup a problem",
    bytesPerProblem: 4 * 2 * t * MOST_EVALUATIONS,
    fewestProblems: 1,
    firstProblems: 8,
    compile: (ownStarts) =>
      compile(device, quasiNewtonWorkgroup, { constants: { ...constants, OWN_STARTS: ownStarts ? 1 : 0 } }),
    workgroups: (count) => count,
    createBuffers: (buffers, capacity) => ({
      tables: buffers.storage("tables", tables),
      factors: buffers.storage("factors", factors),
      inverse_hessian: buffers.storage("inverse Hessian", Float32Array.from(setup.inverseHessian)),
      history: buffers.storage("history", 4 * 2 * t * MOST_EVALUATIONS * capacity),
    }),
  };
}

/** Invocations: as many as there are rows to sweep, in steps that suit subgroups. */
function workgroupSize(variables: number): number {
  return variables <= 32 ? 32 : 64;
}

/** Bytes of workgroup variables of the kernel and its libraries. */
export function workgroupBytes(sizes: WorkgroupSizes, workgroup: number): number {
  const { PARAMETERS: t, MOMENTS: m, VARIABLES: p, OBSERVED: k, VALUES, CELLS } = sizes;
  const likelihood = m + 2 * t + VALUES + CELLS + p * p + k * k + 3 * k + 2 * p;
  return 4 * (likelihood + 4 * t + 4 * MOST_EVALUATIONS + 4 * workgroup);
}

function requireWorkgroupMemory(device: GPUDevice, sizes: WorkgroupSizes, workgroup: number): void {
  const needed = workgroupBytes(sizes, workgroup);
  const available = device.limits.maxComputeWorkgroupStorageSize;
  const { VARIABLES: p } = sizes;
  if (p > MOST_VARIABLES) {
    throw new LimitError(
      `A problem has ${p} variables, and the kernel of the batch takes ${MOST_VARIABLES}.`,
      "Choose the backend `cpu`.",
      p,
      MOST_VARIABLES,
    );
  }
  if (needed <= available) return;
  throw new LimitError(
    `A problem with ${p} variables needs ${needed} bytes of workgroup memory, and this GPU has ${available}.`,
    "Choose the backend `cpu`.",
    needed,
    available,
  );
}
