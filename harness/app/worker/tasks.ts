import { workerTasks } from "../../../src/embed/tasks.ts";
import { checkModel } from "./checkModel.ts";
import { describeData } from "./describeData.ts";

/** What the page asks its workers: the package's own tasks and those that only this page needs. */
export const appTasks = { ...workerTasks, checkModel, describeData };
export type AppTasks = typeof appTasks;
