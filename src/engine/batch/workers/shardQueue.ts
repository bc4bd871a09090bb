import type { BatchRequest } from "../batchEngine.ts";
import type { Shard } from "./laneSolver.ts";

/** The problems of a batch that nobody has taken yet. Empty once the batch is aborted. */
export class ShardQueue {
  #next = 0;
  readonly #returned: Shard[] = [];

  constructor(
    private readonly request: BatchRequest,
    private readonly sizes: { readonly t: number; readonly m: number },
  ) {}

  get remaining(): number {
    return this.request.count - this.#next;
  }

  /** The next shard of at most `most` problems; `undefined` where none is left or the batch is aborted. */
  take(most: number): Shard | undefined {
    if (this.request.signal?.aborted) return undefined;
    const returned = this.#returned.pop();
    if (returned) return returned;
    const from = this.#next;
    const count = Math.min(most, this.remaining);
    if (count === 0) return undefined;
    this.#next += count;
    const { first, starts, samples } = this.request;
    return {
      first: first + from,
      count,
      starts: sliceProblems(starts, this.sizes.t, from, count),
      samples: samples && sliceProblems(samples, this.sizes.m, from, count),
    };
  }

  /** Takes back a shard that was not solved. */
  giveBack(shard: Shard): void {
    this.#returned.push(shard);
  }
}

/** Rows `from` … `from + count − 1`, or the one row that all problems share. */
export function sliceProblems(
  values: Float64Array,
  width: number,
  from: number,
  count: number,
): Float64Array {
  return values.length === width ? values : values.slice(from * width, (from + count) * width);
}
