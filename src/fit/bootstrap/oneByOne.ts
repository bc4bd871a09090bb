import {
  type BatchBackend,
  type BatchEngine,
  type BatchPart,
  type BatchRequest,
  emptyPart,
  placePart,
} from "../../engine/batch/batchEngine.ts";
import { nextTask } from "../../engine/batch/workers/nextTask.ts";
import type { SolveOne } from "./solveOne.ts";

/** The engine of last resort: every problem alone, in float64 JavaScript, with whatever the problem needs. */
export class OneByOne implements BatchEngine {
  readonly backend: BatchBackend;

  constructor(
    private readonly solveOne: SolveOne,
    /** Number of parameters. */
    private readonly t: number,
    reason: string,
  ) {
    this.backend = { kind: "cpu", description: "float64 JavaScript, one fit after the other", reason };
  }

  async solve(request: BatchRequest): Promise<BatchPart> {
    const { first, count, starts, signal } = request;
    const { t } = this;
    const whole = emptyPart(first, count, t);
    for (let i = 0; i < count; i++) {
      if (signal?.aborted) break;
      const start = starts.length === t ? starts : starts.slice(i * t, i * t + t);
      const { theta, value, status } = await this.solveOne(first + i, start);
      const part = { ...emptyPart(first + i, 1, t), theta };
      part.value[0] = value;
      part.status[0] = status;
      placePart(whole, part);
      request.onPart?.(part);
      await nextTask();
    }
    return whole;
  }

  dispose(): void {}

  [Symbol.dispose](): void {}
}
