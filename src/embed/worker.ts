import { serveTasks, type WorkerScope } from "./rpc/serve.ts";
import { workerTasks } from "./tasks.ts";

/** The ready-made worker of the package: `new Worker(…/worker.js, { type: "module" })`, or simply `createWorker()`. */
serveTasks(workerTasks, globalThis as unknown as WorkerScope);
