import { LaneSolver, type Shard, type ShardResult, type SolverSetup } from "./laneSolver.ts";

/** A worker that solves shards one after the other. */
export interface SolverThread {
  /** Solves a shard; rejects where the worker could not be started or has died. */
  solve(shard: Shard): Promise<ShardResult>;
  terminate(): void;
}

/** What Node's and the browser's workers have in common after adaptation. */
interface RawWorker {
  post(message: unknown): void;
  listen(onMessage: (message: unknown) => void, onError: (error: unknown) => void): void;
  terminate(): void;
}

type WorkerThreads = typeof import("node:worker_threads");
type Os = typeof import("node:os");

/** Node's own modules, without an import statement that a page's bundler would stumble over. */
function nodeModule<Module>(name: string): Module | undefined {
  const node = (globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } }).process;
  return node?.getBuiltinModule?.(name) as Module | undefined;
}

/** Threads that can run at the same time. */
export function availableThreads(): number {
  const inNode = nodeModule<Os>("node:os")?.availableParallelism();
  return inNode ?? (globalThis.navigator as Navigator | undefined)?.hardwareConcurrency ?? 1;
}

/** The program of a worker: the class's own source and a loop over messages. Needs no file and no bundler. */
function workerSource(receive: string): string {
  return `"use strict";
const LaneSolver = ${LaneSolver.toString()};
let solver;
${receive}((message, reply) => {
  if (message.setup) solver = new LaneSolver(message.setup);
  else reply(solver.solve(message.shard));
});`;
}

const RECEIVE_IN_NODE = `((handle) => {
  const { parentPort } = require("node:worker_threads");
  parentPort.on("message", (message) => handle(message, (result) => parentPort.postMessage(result)));
})`;

const RECEIVE_IN_PAGE = `((handle) => {
  onmessage = ({ data }) => handle(data, (result) => postMessage(result));
})`;

/** Starts a worker for a setup; it takes shards at once and gets to them when it is up. */
export function startThread(setup: SolverSetup): SolverThread {
  const raw = createRawWorker();
  const waiting: { resolve: (result: ShardResult) => void; reject: (error: unknown) => void }[] = [];
  let failure: { readonly error: unknown } | undefined;
  raw.listen(
    (message) => waiting.shift()?.resolve(message as ShardResult),
    (error) => {
      failure = { error };
      for (const { reject } of waiting.splice(0)) reject(error);
    },
  );
  raw.post({ setup });
  return {
    solve(shard) {
      if (failure) return Promise.reject(failure.error);
      raw.post({ shard });
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    terminate() {
      raw.terminate();
      for (const { reject } of waiting.splice(0)) reject(new Error("terminated"));
    },
  };
}

function createRawWorker(): RawWorker {
  const threads = nodeModule<WorkerThreads>("node:worker_threads");
  if (threads) {
    const worker = new threads.Worker(workerSource(RECEIVE_IN_NODE), { eval: true });
    // A forgotten engine must not keep the process alive.
    worker.unref();
    return {
      post: (message) => worker.postMessage(message),
      listen: (onMessage, onError) => void worker.on("message", onMessage).on("error", onError),
      terminate: () => void worker.terminate(),
    };
  }
  const url = URL.createObjectURL(new Blob([workerSource(RECEIVE_IN_PAGE)], { type: "text/javascript" }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return {
    post: (message) => worker.postMessage(message),
    listen: (onMessage, onError) => {
      worker.addEventListener("message", ({ data }) => onMessage(data));
      worker.addEventListener("error", onError);
    },
    terminate: () => worker.terminate(),
  };
}
