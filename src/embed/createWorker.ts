import { TaskClient } from "./rpc/client.ts";
import type { WorkerTasks } from "./tasks.ts";

/** A worker that fits models off the page's main thread. */
export type SemnanWorker = TaskClient<WorkerTasks>;

/**
 * Starts semnan's ready-made worker when it is first called:
 *
 *     using worker = createWorker();
 *     const result = await worker.call("fit", { model, data }, { signal, onProgress });
 *
 * It asks for its own GPU device, goes on when that is lost, and works in float64 where there is none. Without an
 * argument the worker's file is looked for beside this one; bundlers that do not follow
 * `new URL("./worker.js", import.meta.url)` need to be told where it is.
 */
export function createWorker(
  url: URL | string = new URL(/* @vite-ignore */ "./worker.js", import.meta.url),
): SemnanWorker {
  return new TaskClient(() => new Worker(url, { type: "module", name: "semnan" }));
}
