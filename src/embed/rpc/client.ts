import { SemnanError } from "../../errors.ts";
import { fromFailure } from "./failure.ts";
import type { FromWorker, TaskInput, TaskOutput, TaskProgress, Tasks, ToWorker } from "./protocol.ts";

/** How a call is watched and ended. */
export interface CallOptions<Progress> {
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** Asks for the answer now, with what is done so far; only some tasks have one before their end. */
  readonly stop?: AbortSignal | undefined;
  /** Hears what the task reports while it runs. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  readonly onProgress: ((progress: never) => void) | undefined;
}

/** A task in the middle of float64 arithmetic hears no message; after this its worker is ended and replaced. */
const GRACE_MILLISECONDS = 400;

/**
 * Calls the tasks of a worker. An aborted call rejects at once with the signal's reason; if the worker does not let
 * go of the work soon, it is terminated and the next call starts a new one. A worker that dies rejects its calls.
 */
export class TaskClient<T extends Tasks> implements Disposable {
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #pending = new Map<number, Pending>();
  /** Aborted calls that the worker has not answered yet. */
  readonly #abandoned = new Set<number>();

  constructor(private readonly createWorker: () => Worker) {}

  /** Rejects with what the task threw, with the signal's reason, or with SemnanError where the worker died. */
  call<Name extends keyof T & string>(
    task: Name,
    input: TaskInput<T[Name]>,
    options: CallOptions<TaskProgress<T[Name]>> = {},
  ): Promise<TaskOutput<T[Name]>> {
    const { signal, stop, onProgress } = options;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const id = this.#nextId++;
    const worker = this.#start();
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
    });
    const abort = (): void => this.#abort(id, signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    worker.postMessage({ kind: "call", id, task, input } satisfies ToWorker);
    const askToStop = (): void => worker.postMessage({ kind: "stop", id } satisfies ToWorker);
    stop?.addEventListener("abort", askToStop, { once: true });
    return answer.finally(() => {
      signal?.removeEventListener("abort", abort);
      stop?.removeEventListener("abort", askToStop);
    }) as Promise<TaskOutput<T[Name]>>;
  }

  /** Ends the worker; calls under way reject with AbortError. */
  dispose(): void {
    this.#end(new DOMException("The worker was disposed.", "AbortError"));
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = this.createWorker();
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#receive(data));
    worker.addEventListener("error", (event) => {
      if (this.#worker === worker) this.#end(deadWorker(event.message));
    });
    this.#worker = worker;
    return worker;
  }

  #receive(message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    if (message.kind === "progress") {
      pending?.onProgress?.(message.value as never);
      return;
    }
    this.#pending.delete(message.id);
    this.#abandoned.delete(message.id);
    if (message.kind === "done") pending?.resolve(message.value);
    else pending?.reject(fromFailure(message.failure));
  }

  #abort(id: number, reason: unknown): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    this.#abandoned.add(id);
    pending.reject(reason);
    const worker = this.#worker;
    worker?.postMessage({ kind: "abort", id } satisfies ToWorker);
    setTimeout(() => {
      // Other calls on the same thread are stuck behind the abandoned one, so they end with it.
      if (this.#abandoned.has(id) && this.#worker === worker) this.#end(deadWorker("it did not stop"));
    }, GRACE_MILLISECONDS);
  }

  #end(error: unknown): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#abandoned.clear();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

function deadWorker(reason: string | undefined): SemnanError {
  return new SemnanError(
    `The worker ended${reason === undefined || reason === "" ? "" : `: ${reason}`}.`,
    "Run again. If it ends again, the page may forbid workers, or the model needs more memory than there is.",
  );
}
