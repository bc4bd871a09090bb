import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ModelSyntaxError, SemnanError } from "../../../src/errors.ts";
import { fromFailure, toFailure } from "../../../src/embed/rpc/failure.ts";
import { TaskClient } from "../../../src/embed/rpc/client.ts";
import { serveTasks, type WorkerScope } from "../../../src/embed/rpc/serve.ts";
import type { FromWorker, TaskContext, ToWorker } from "../../../src/embed/rpc/protocol.ts";

const tasks = {
  double: (value: number) => 2 * value,
  fail: (line: number) => {
    throw new ModelSyntaxError("wrong", "mend it", line, 3);
  },
  count: async (to: number, { report }: TaskContext<number>) => {
    for (let i = 1; i <= to; i++) report(i);
    return to;
  },
  untilAborted: (_: null, { signal }: TaskContext) =>
    new Promise<string>((resolve) => signal.addEventListener("abort", () => resolve("stopped"))),
  deaf: () => new Promise<never>(() => undefined),
};

/** A worker on this thread: messages are cloned and arrive later, as those of a real one do. */
class FakeWorker extends EventTarget {
  isTerminated = false;
  readonly #inside = new EventTarget();

  constructor() {
    super();
    const scope: WorkerScope = {
      postMessage: (message: FromWorker) => this.#deliver(this, message),
      addEventListener: (type, listener) =>
        this.#inside.addEventListener(type, listener as unknown as EventListener),
    };
    serveTasks(tasks, scope);
  }

  postMessage(message: ToWorker): void {
    this.#deliver(this.#inside, message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  #deliver(target: EventTarget, message: unknown): void {
    const data: unknown = structuredClone(message);
    setTimeout(() => {
      if (!this.isTerminated) target.dispatchEvent(Object.assign(new Event("message"), { data }));
    }, 1);
  }
}

function client(): { client: TaskClient<typeof tasks>; workers: FakeWorker[] } {
  const workers: FakeWorker[] = [];
  const create = (): Worker => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker as unknown as Worker;
  };
  return { client: new TaskClient<typeof tasks>(create), workers };
}

test("calls run at the same time, on one worker, and get their own answers", async () => {
  const { client: calls, workers } = client();
  const answers = await Promise.all([
    calls.call("double", 1),
    calls.call("double", 2),
    calls.call("count", 3),
  ]);
  expect(answers).toEqual([2, 4, 3]);
  expect(workers).toHaveLength(1);
});

test("progress arrives before the answer", async () => {
  const heard: number[] = [];
  await client().client.call("count", 4, { onProgress: (value) => heard.push(value) });
  expect(heard).toEqual([1, 2, 3, 4]);
});

test("an error keeps its class, advice and place", async () => {
  const thrown = await client()
    .client.call("fail", 7)
    .catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ModelSyntaxError);
  expect(thrown).toMatchObject({ message: "wrong", advice: "mend it", line: 7, column: 3 });
});

describe("an aborted call", () => {
  test("rejects with the signal's reason while the worker lives on", async () => {
    const { client: calls, workers } = client();
    const controller = new AbortController();
    const call = calls.call("untilAborted", null, { signal: controller.signal });
    await wait(5);
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    await wait(500);
    expect(workers[0]!.isTerminated).toBe(false);
    expect(await calls.call("double", 4)).toBe(8);
  });

  test("ends a worker that does not stop; the next call has a new one", async () => {
    const { client: calls, workers } = client();
    const call = calls.call("deaf", undefined as never, { signal: AbortSignal.timeout(5) });
    const beside = calls.call("deaf", undefined as never);
    await expect(call).rejects.toMatchObject({ name: "TimeoutError" });
    await expect(beside).rejects.toBeInstanceOf(SemnanError);
    expect(workers[0]!.isTerminated).toBe(true);
    expect(await calls.call("double", 5)).toBe(10);
    expect(workers).toHaveLength(2);
  });

  test("never starts where the signal is aborted already", async () => {
    const { client: calls, workers } = client();
    await expect(calls.call("double", 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(workers).toHaveLength(0);
  });
});

test("a worker that dies rejects what it was doing", async () => {
  const { client: calls, workers } = client();
  const call = calls.call("deaf", undefined as never);
  workers[0]!.dispatchEvent(Object.assign(new Event("error"), { message: "out of memory" }));
  await expect(call).rejects.toThrow("out of memory");
});

test("disposal rejects with AbortError", async () => {
  const { client: calls } = client();
  const call = calls.call("deaf", undefined as never);
  calls.dispose();
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});

test("failures of other classes come back with their names and words", () => {
  expect(fromFailure(toFailure(new RangeError("too far")))).toMatchObject({
    name: "RangeError",
    message: "too far",
  });
  expect(fromFailure(toFailure("plain"))).toMatchObject({ message: "plain" });
  expect(fromFailure(toFailure(new DOMException("stop", "AbortError")))).toMatchObject({
    name: "AbortError",
  });
});
