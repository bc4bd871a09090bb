import type { Page } from "puppeteer-core";

/** An event of Chrome's trace, as far as it is looked at; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
  readonly dur?: number;
  /** Time on the processor, where the system counts it. */
  readonly tdur?: number;
}

/**
 * Milliseconds of processor time of the longest task that the main threads of pages ran during `act`. On the clock a task
 * takes as much longer as other processes take of the machine; what the page can answer for is this.
 */
export async function longestTask(page: Page, act: () => Promise<unknown>): Promise<number> {
  await page.tracing.start({ categories: ["toplevel"] });
  await act();
  const trace = await page.tracing.stop();
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace)) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const named = traceEvents.filter(({ name }) => name === "thread_name");
  const main = new Set(named.filter(({ args }) => args?.name === "CrRendererMain").map(threadOf));
  const tasks = traceEvents.filter((event) => event.name.endsWith("RunTask") && main.has(threadOf(event)));
  if (tasks.length === 0) throw new Error("the trace has no tasks of a page");
  return Math.max(...tasks.map(({ dur = 0, tdur = dur }) => tdur)) / 1000;
}
