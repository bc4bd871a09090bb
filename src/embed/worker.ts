import { serveTasks, type WorkerScope } from "./rpc/serve.ts";
import { workerTasks } from "./tasks.ts";

// The ready-made worker of the package: `new Worker(…/worker.js, { type: "module" })`, or simply `createWorker()`.
serveTasks(workerTasks, globalThis as unknown as WorkerScope);

/** What the worker can be asked. A file without an export would be taken for a script rather than a module. */
export const taskNames = Object.keys(workerTasks);
