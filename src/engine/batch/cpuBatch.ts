import type { BatchBackend, BatchEngine, BatchPart, BatchRequest, BatchSetup } from "./batchEngine.ts";
import type { Program } from "./program/program.ts";
import { SolverPool } from "./workers/pool.ts";
import { createSolverSetup } from "./workers/setup.ts";
import { availableThreads } from "./workers/threads.ts";

/** Operations above which straight-line code is no longer worth its size: some megabytes of machine code. */
export const MOST_OPERATIONS = 300_000;

/** The float64 engine can also draw samples for others. */
export interface CpuBatchEngine extends BatchEngine {
  /** Sample vectors of resamples first … first + count − 1, count×m. */
  draw(first: number, count: number): Float64Array;
}

/**
 * The float64 engine: WebAssembly generated for the model, on this thread and on workers.
 * `undefined` where WebAssembly may not be compiled.
 */
export async function createCpuBatch(
  setup: BatchSetup,
  program: Program,
  reason: string,
  threads: number = availableThreads(),
): Promise<CpuBatchEngine | undefined> {
  const solverSetup = await createSolverSetup(setup, program);
  return solverSetup && new CpuBatch(new SolverPool(solverSetup, threads), program, reason);
}

class CpuBatch implements CpuBatchEngine {
  constructor(
    private readonly pool: SolverPool,
    private readonly program: Program,
    private readonly reason: string,
  ) {}

  get backend(): BatchBackend {
    const { threads } = this.pool;
    const plural = threads === 1 ? "thread" : "threads";
    return {
      kind: "cpu",
      description: `float64 WebAssembly, ${this.program.form} form, ${threads} ${plural}`,
      reason: this.reason,
    };
  }

  draw(first: number, count: number): Float64Array {
    return this.pool.draw(first, count);
  }

  solve(request: BatchRequest): Promise<BatchPart> {
    return this.pool.solve(request);
  }

  dispose(): void {
    this.pool.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
