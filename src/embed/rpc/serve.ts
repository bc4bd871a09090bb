import { toFailure } from "./failure.ts";
import type { FromWorker, TaskContext, Tasks, ToWorker } from "./protocol.ts";

/** The two things that serving needs of a worker's global scope. */
export interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
}

type AnyTask = (input: unknown, context: TaskContext) => unknown;

/** Makes a worker answer calls of its tasks. Calls run at the same time; stops and aborts reach a call's signals. */
export function serveTasks(tasks: Tasks, scope: WorkerScope): void {
  const running = new Map<number, { readonly stop: AbortController; readonly abort: AbortController }>();
  const run = async ({ id, task, input }: Extract<ToWorker, { kind: "call" }>): Promise<void> => {
    const [stop, abort] = [new AbortController(), new AbortController()];
    running.set(id, { stop, abort });
    const context = { signal: abort.signal, stop: AbortSignal.any([stop.signal, abort.signal]) };
    const report = (value: unknown): void => scope.postMessage({ kind: "progress", id, value });
    try {
      const found = tasks[task] as AnyTask | undefined;
      if (!found) throw new TypeError(`There is no task ${task}.`);
      const value = await found(input, { ...context, report });
      scope.postMessage({ kind: "done", id, value });
    } catch (error) {
      scope.postMessage({ kind: "failed", id, failure: toFailure(error) });
    } finally {
      running.delete(id);
    }
  };
  scope.addEventListener("message", ({ data }) => {
    if (data.kind === "call") void run(data);
    else running.get(data.id)?.[data.kind].abort();
  });
}
