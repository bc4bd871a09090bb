import { toFailure } from "./failure.ts";
import type { FromWorker, TaskContext, Tasks, ToWorker } from "./protocol.ts";

/** The two things that serving needs of a worker's global scope. */
export interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
}

type AnyTask = (input: unknown, context: TaskContext) => unknown;

/** Makes a worker answer calls of its tasks. Calls run at the same time; an abort reaches the call's signal. */
export function serveTasks(tasks: Tasks, scope: WorkerScope): void {
  const running = new Map<number, AbortController>();
  const run = async ({ id, task, input }: Extract<ToWorker, { kind: "call" }>): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    const report = (value: unknown): void => scope.postMessage({ kind: "progress", id, value });
    try {
      const found = tasks[task] as AnyTask | undefined;
      if (!found) throw new TypeError(`There is no task ${task}.`);
      const value = await found(input, { signal: controller.signal, report });
      scope.postMessage({ kind: "done", id, value });
    } catch (error) {
      scope.postMessage({ kind: "failed", id, failure: toFailure(error) });
    } finally {
      running.delete(id);
    }
  };
  scope.addEventListener("message", ({ data }) => {
    if (data.kind === "call") void run(data);
    else running.get(data.id)?.abort();
  });
}
