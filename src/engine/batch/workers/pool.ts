import { type BatchPart, type BatchRequest, emptyPart, placePart } from "../batchEngine.ts";
import { LaneSolver, type Shard, type SolverSetup } from "./laneSolver.ts";
import { nextTask } from "./nextTask.ts";
import { ShardQueue } from "./shardQueue.ts";
import { type SolverThread, startThread } from "./threads.ts";

/** Time that one shard should take: short enough for an abort or a page's next frame, long against a message. */
const SHARD_SECONDS = 0.008;
const FIRST_SHARD = 32;
const LARGEST_SHARD = 8192;
/** Starting a worker takes about this long; batches that are done by then need none. */
const WORKER_START_SECONDS = 0.05;
/** Shards under way at each worker, so that it never waits for the next. */
const SHARDS_AT_ONCE = 2;

/**
 * Cuts batches into shards and solves them on this thread and, where a batch is long enough, on workers.
 * The cut follows the measured speed; results do not depend on it.
 */
export class SolverPool implements Disposable {
  readonly #threads = new Set<SolverThread>();
  readonly #inline: LaneSolver;
  #secondsPerProblem = NaN;

  constructor(
    private readonly setup: SolverSetup,
    private readonly mostThreads: number,
  ) {
    this.#inline = new LaneSolver(setup);
  }

  /** Threads that have been at work so far, this one included. */
  get threads(): number {
    return 1 + this.#threads.size;
  }

  /** The sample vectors of resamples, for an engine that cannot draw them as fast. */
  draw(first: number, count: number): Float64Array {
    return this.#inline.draw(first, count);
  }

  async solve(request: BatchRequest): Promise<BatchPart> {
    const whole = emptyPart(request.first, request.count, this.setup.memory.t);
    const queue = new ShardQueue(request, this.setup.memory);
    const finish = (part: BatchPart): void => {
      placePart(whole, part);
      request.onPart?.(part);
    };
    const underWay: Promise<void>[] = [];
    const engage = (thread: SolverThread): void => {
      for (let i = 0; i < SHARDS_AT_ONCE; i++) underWay.push(this.#workOn(thread, queue, finish));
    };
    this.#threads.forEach(engage);
    await this.#workHere(queue, finish, () => {
      const thread = startThread(this.setup);
      this.#threads.add(thread);
      engage(thread);
    });
    await Promise.all(underWay);
    // Shards that a failing worker gave back.
    await this.#workHere(queue, finish, () => undefined);
    return whole;
  }

  dispose(): void {
    for (const thread of this.#threads) thread.terminate();
    this.#threads.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  async #workHere(
    queue: ShardQueue,
    finish: (part: BatchPart) => void,
    startWorker: () => void,
  ): Promise<void> {
    for (;;) {
      const secondsLeft = (queue.remaining * this.#secondsPerProblem) / this.threads;
      if (this.threads < this.mostThreads && secondsLeft > 2 * WORKER_START_SECONDS) startWorker();
      const shard = queue.take(this.#shardSize());
      if (shard === undefined) return;
      const began = performance.now();
      finish(this.#inline.solve(shard));
      this.#secondsPerProblem = (performance.now() - began) / 1000 / shard.count;
      await nextTask();
    }
  }

  async #workOn(thread: SolverThread, queue: ShardQueue, finish: (part: BatchPart) => void): Promise<void> {
    for (;;) {
      const shard = queue.take(this.#shardSize());
      if (shard === undefined) return;
      const part = await this.#solveOn(thread, shard);
      if (part === undefined) {
        queue.giveBack(shard);
        return;
      }
      finish(part);
    }
  }

  /** `undefined` where the worker cannot run (a page may forbid workers) or has died; it is then dropped. */
  async #solveOn(thread: SolverThread, shard: Shard): Promise<BatchPart | undefined> {
    try {
      return await thread.solve(shard);
    } catch {
      this.#threads.delete(thread);
      thread.terminate();
      return undefined;
    }
  }

  #shardSize(): number {
    if (Number.isNaN(this.#secondsPerProblem)) return FIRST_SHARD;
    const size = Math.round(SHARD_SECONDS / this.#secondsPerProblem);
    return Math.min(LARGEST_SHARD, Math.max(2, size));
  }
}
