import type { DataSet } from "../data/dataSet.ts";
import { ProblemStatus } from "../engine/batch/batchEngine.ts";
import type { Replicates } from "../fit/bootstrap/replicates.ts";
import type { Model } from "../model/model.ts";
import { bootstrap, type BootstrapOptions, type BootstrapOutcome } from "./bootstrap.ts";
import { rowEvaluator, type RowEvaluator } from "./bootstrapQuantities.ts";
import type { FitResult } from "./result.ts";

/** One refit of a bootstrap. */
export interface BootstrapReplicate {
  /** From 0; the same seed gives the same replicate under the same number everywhere. */
  readonly index: number;
  readonly converged: boolean;
  /** Whether a variance is negative or a correlation beyond ±1. */
  readonly inadmissible: boolean;
  /** For every row of `FitResult.parameters` its value; NaN where the replicate has no estimate. */
  readonly values: Float64Array;
}

/**
 * `bootstrap` one replicate at a time, in order, while the rest still runs:
 *
 *     for await (const { values } of bootstrapReplicates(model, data, result, { replicates: 10_000 })) …
 *
 * Replicates come in runs of some thousands, and the next run waits until the last one has been taken. Leaving the loop
 * ends the bootstrap; at its end the iterator returns what `bootstrap` does. Throws as `bootstrap` does.
 */
export async function* bootstrapReplicates(
  model: Model,
  data: DataSet,
  fitted: FitResult,
  options: BootstrapOptions,
): AsyncGenerator<BootstrapReplicate, BootstrapOutcome, undefined> {
  const left = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal;
  // A stream without a buffer: writing ends when the chunk is read.
  const { readable, writable } = new TransformStream<Replicates, Replicates>();
  const [writer, reader] = [writable.getWriter(), readable.getReader()];
  const onReplicates = async (chunk: Replicates): Promise<void> => {
    await options.onReplicates?.(chunk);
    // Nobody reads once the loop was left.
    await writer.write(chunk).catch(() => undefined);
  };
  const outcome = bootstrap(model, data, fitted, { ...options, signal, onReplicates });
  const ended = outcome.then(
    () => writer.close(),
    (error: unknown) => writer.abort(error),
  );
  const rows = rowEvaluator(model, data);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      yield* replicatesOf(next.value, rows);
    }
    return await outcome;
  } finally {
    left.abort();
    await reader.cancel().catch(() => undefined);
    await ended.catch(() => undefined);
  }
}

function* replicatesOf(
  { first, count, theta, status, inadmissible }: Replicates,
  rows: RowEvaluator,
): Generator<BootstrapReplicate, void, undefined> {
  const t = theta.length / count;
  for (let at = 0; at < count; at++) {
    yield {
      index: first + at,
      converged: status[at] === ProblemStatus.converged,
      inadmissible: inadmissible[at] === 1,
      values: rows.evaluate(theta.subarray(at * t, at * t + t)),
    };
  }
}
