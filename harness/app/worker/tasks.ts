import { workerTasks } from "../../../src/embed/tasks.ts";
import { checkModel } from "./checkModel.ts";
import { describeData } from "./describeData.ts";
import { identifyModel } from "./identifyModel.ts";
import { whatIf } from "./whatIf.ts";

/** What the page asks its workers: the package's own tasks and those that only this page needs. */
export const appTasks = { ...workerTasks, checkModel, describeData, identifyModel, whatIf };
export type AppTasks = typeof appTasks;
