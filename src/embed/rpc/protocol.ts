/** What the page sends to a worker. `id` tells calls apart. */
export type ToWorker =
  | { readonly kind: "call"; readonly id: number; readonly task: string; readonly input: unknown }
  | { readonly kind: "stop" | "abort"; readonly id: number };

/** What a worker sends back: any number of reports, then one answer or one failure. */
export type FromWorker =
  | { readonly kind: "progress"; readonly id: number; readonly value: unknown }
  | { readonly kind: "done"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly failure: Failure };

/** An error as plain data: structured cloning would lose its class and its advice. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly advice?: string;
  readonly line?: number;
  readonly column?: number;
}

/** What a task gets besides its input. */
export interface TaskContext<Progress = unknown> {
  /** Aborted when nobody wants the answer any more. */
  readonly signal: AbortSignal;
  /** Aborted then, and when the answer is wanted now, with what is done so far. */
  readonly stop: AbortSignal;
  report(progress: Progress): void;
}

/** Work that a worker does: plain data in, plain data out. */
export type Task<Input, Output, Progress = never> = (
  input: Input,
  context: TaskContext<Progress>,
) => Output | Promise<Output>;

/** Tasks by name. The parameter types are the widest that every task satisfies. */
export type Tasks = Readonly<Record<string, Task<never, unknown, never>>>;

export type TaskInput<T> = T extends Task<infer Input, unknown, never> ? Input : never;
export type TaskOutput<T> = T extends (...values: never[]) => infer Output ? Awaited<Output> : never;
export type TaskProgress<T> = T extends (input: never, context: TaskContext<infer Progress>) => unknown
  ? Progress
  : never;
