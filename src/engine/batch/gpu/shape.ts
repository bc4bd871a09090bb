import type { BufferSet } from "../../gpu/buffers.ts";
import type { CompiledKernel } from "../../gpu/pipeline.ts";

/** One of the kernels that solve a batch, and what it needs beside samples, starts and results. */
export interface SolverShape {
  /** "one invocation a problem". */
  readonly description: string;
  /** Bytes of buffers that a problem takes for this shape alone. */
  readonly bytesPerProblem: number;
  /** Problems that are worth a submission, where time allows them. */
  readonly fewestProblems: number;
  /** Problems of the first submission, before anything is measured. */
  readonly firstProblems: number;
  /** The kernel that reads shared starts, or the one that reads each problem's own. */
  compile(ownStarts: boolean): Promise<CompiledKernel>;
  /** Workgroups of a dispatch over `count` problems. */
  workgroups(count: number, compiled: CompiledKernel): number;
  /** The kernel's own buffers by binding, with room for `capacity` problems. */
  createBuffers(buffers: BufferSet, capacity: number): Readonly<Record<string, GPUBuffer>>;
}

/** Evaluations after which a problem is left to float64; most need about thirteen. */
export const MOST_EVALUATIONS = 60;
