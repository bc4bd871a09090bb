import { serveTasks, type WorkerScope } from "../../../src/embed/rpc/serve.ts";
import { appTasks } from "./tasks.ts";

serveTasks(appTasks, globalThis as unknown as WorkerScope);
