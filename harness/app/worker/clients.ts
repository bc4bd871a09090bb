import { TaskClient } from "../../../src/embed/rpc/client.ts";
import type { AppTasks } from "./tasks.ts";

/** Fits and resamples; may be busy for long. */
export const engine = new TaskClient<AppTasks>(
  () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "engine" }),
);

/** Reads models and data while the user types; answers within a frame or two, whatever the engine does. */
export const assistant = new TaskClient<AppTasks>(
  () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "assistant" }),
);
